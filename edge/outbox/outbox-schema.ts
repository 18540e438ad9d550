/** Tables of the outbox. `user_version` says which of them a file has. */
export const outboxVersion = 1;

export const outboxSchema = `
CREATE TABLE stream (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  stream_id TEXT NOT NULL,
  created_at TEXT NOT NULL,
  -- Highest number ever given; stands here so that deleting rows cannot make a number free again.
  last_sequence INTEGER NOT NULL,
  mark INTEGER NOT NULL
) STRICT;
CREATE TABLE inspection (
  inspection_id TEXT PRIMARY KEY,
  epoch TEXT NOT NULL,
  trigger_no INTEGER NOT NULL,
  trigger_json TEXT NOT NULL,
  begun_at TEXT NOT NULL,
  decided_at TEXT,
  verdict TEXT,
  sequence INTEGER UNIQUE,
  given_at TEXT,
  -- Why the station did not take the result; '' where it did.
  refusal TEXT,
  UNIQUE (epoch, trigger_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX inspection_open ON inspection (begun_at) WHERE given_at IS NULL;
CREATE TABLE message (
  sequence INTEGER PRIMARY KEY,
  decided_at TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE TABLE evidence (
  sha256 TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  media_type TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  used_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX evidence_oldest ON evidence (kind, used_at);
`;
