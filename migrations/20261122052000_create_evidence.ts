import { sql, type Kysely } from 'kysely';

// What the store keeps of images, by the digest of their bytes. A golden is named by every inspection of its product:
// `named_at` is the latest of them, kept to the day, and retention goes by it.
const statements = [
  `create table evidence (
    sha256 text primary key,
    station_id text not null,
    kind text not null check (kind in ('frame', 'golden', 'crop')),
    media_type text not null,
    bytes bigint not null,
    named_at timestamptz(3) not null,
    state text not null default 'wanted' check (state in ('wanted', 'held', 'gone'))
  )`,
  `create index evidence_wanted on evidence (named_at) where state = 'wanted'`,
  `create index evidence_held on evidence (named_at) include (kind, bytes) where state = 'held'`,
  'grant select on evidence to hairline_reader, hairline_hmi',
];

/** Which images the store wants, holds and has given up. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw('drop table evidence').execute(db);
}
