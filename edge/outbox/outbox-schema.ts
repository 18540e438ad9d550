/**
 * Tables of the outbox, one entry a version: `user_version` says how many of them a file has. An entry that was
 * released stays as it is.
 */
export const outboxSchema = [
  `
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
`,
  `
CREATE TABLE control (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  -- Recipe in force by request of the PLC; NULL: whichever a trigger names.
  recipe_id TEXT,
  -- What is remembered between parts to know when to lock, JSON; NULL: nothing yet.
  lock_json TEXT
) STRICT;
INSERT INTO control VALUES (1, NULL, NULL);
CREATE TABLE lock_event (
  event_id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('locked', 'released')),
  code TEXT NOT NULL,
  value REAL,
  limit_value REAL,
  detail TEXT NOT NULL,
  -- Who released it; '' for a lock.
  released_by TEXT NOT NULL,
  reason TEXT NOT NULL
) STRICT;
`,
];
