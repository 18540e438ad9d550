import { sql, type Kysely } from 'kysely';

// People, their sessions and passwords, as the accounts library wants them (its `user`, `session`, `account` and
// `verification`); docs/adr/0008 says which. Nobody is deleted: the audit and dispositions name them. Only the dashboard
// may read these tables: they hold digests of passwords and live sessions.
const tables = [
  `create table person (
    id uuid primary key,
    name text not null,
    username text not null unique,
    email text not null unique,
    email_verified boolean not null,
    image text,
    role text not null check (role in ('viewer', 'operator', 'quality', 'engineer', 'admin')),
    disabled boolean not null default false,
    created_at timestamptz(3) not null default now(),
    updated_at timestamptz(3) not null default now()
  )`,
  `create table person_session (
    id uuid primary key,
    user_id uuid not null references person,
    token text not null unique,
    expires_at timestamptz(3) not null,
    ip_address text,
    user_agent text,
    created_at timestamptz(3) not null default now(),
    updated_at timestamptz(3) not null default now()
  )`,
  'create index person_session_of_person on person_session (user_id)',
  `create table credential (
    id uuid primary key,
    user_id uuid not null references person,
    account_id text not null,
    provider_id text not null,
    password text,
    access_token text,
    refresh_token text,
    id_token text,
    access_token_expires_at timestamptz(3),
    refresh_token_expires_at timestamptz(3),
    scope text,
    created_at timestamptz(3) not null default now(),
    updated_at timestamptz(3) not null default now(),
    unique (user_id, provider_id)
  )`,
  `create table sign_in_link (
    id uuid primary key,
    identifier text not null unique,
    value text not null,
    expires_at timestamptz(3) not null,
    created_at timestamptz(3) not null default now(),
    updated_at timestamptz(3) not null default now()
  )`,
  // One row: signs the cookies of sessions, so that they outlive a restart and every dashboard of the plant knows them.
  'create table cookie_secret (id smallint primary key default 1 check (id = 1), secret text not null)',
  // Before accounts `decided_by` and `actor` were names alone; rows from then stay as they are.
  'alter table disposition add column person_id uuid references person',
  'alter table audit add column person_id uuid references person, add column address text',
  'grant select, insert, update on person to hairline_hmi',
  'grant select, insert, update, delete on person_session, credential, sign_in_link to hairline_hmi',
  'grant select, insert on cookie_secret to hairline_hmi',
];

/** Accounts of people, and which of them decided and did what the audit tells. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of tables) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table audit drop column person_id, drop column address').execute(db);
  await sql.raw('alter table disposition drop column person_id').execute(db);
  for (const name of ['cookie_secret', 'sign_in_link', 'credential', 'person_session', 'person']) {
    await sql.raw(`drop table ${name}`).execute(db);
  }
}
