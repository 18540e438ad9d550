import { sql, type Kysely } from 'kysely';

// What was stored is evidence: it is added to and read, never changed. A trigger keeps everybody from it who may write at
// all, the owner too; what may be dropped is a whole month, which is the business of retention.
const evidence = ['inspection', 'detection', 'review', 'reason', 'part', 'receipt', 'disposition', 'report_outbox'];

const refuse = `create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% on % is refused: evidence is appended, never changed', tg_op, tg_table_name
    using errcode = 'insufficient_privilege';
end $$`;

// A dead letter may be marked as settled, and touched by the same bytes again; a mark may rise. Nothing else.
const guardDeadLetter = `create function guard_dead_letter() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (old.topic, old.reason, old.detail, old.payload_sha256, old.payload_bytes, old.payload_kept,
      old.received_at) is not distinct from (new.topic, new.reason, new.detail, new.payload_sha256, new.payload_bytes,
      new.payload_kept, new.received_at) then return new; end if;
  raise exception '% on % is refused: a dead letter is only settled', tg_op, tg_table_name
    using errcode = 'insufficient_privilege';
end $$`;

const guardMark = `create function guard_mark() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.sequence >= old.sequence and new.stream_id = old.stream_id then return new; end if;
  raise exception '% on % is refused: a mark only rises', tg_op, tg_table_name using errcode = 'insufficient_privilege';
end $$`;

const guarded = [
  { table: 'dead_letter', guard: 'guard_dead_letter' },
  { table: 'station_mark', guard: 'guard_mark' },
];

// Roles belong to the whole server, not to one database: made where they are missing, and left by `down`.
const makeRoles = `do $$
declare name text;
begin
  foreach name in array array['hairline_reader', 'hairline_hmi'] loop
    begin
      if not exists (select from pg_roles where rolname = name) then execute format('create role %I nologin', name); end if;
    exception when duplicate_object or unique_violation then null;
    end;
  end loop;
end $$`;

// Triggers of the row come to a partition with its parent, those of truncate do not: each partition gets its own.
const ensureMonth = (extra: string): string => `create or replace function ensure_month(instant timestamptz)
returns void language plpgsql as $$
declare
  month_start constant timestamptz := date_trunc('month', instant at time zone 'UTC') at time zone 'UTC';
  month_end constant timestamptz := (date_trunc('month', instant at time zone 'UTC') + interval '1 month') at time zone 'UTC';
  suffix constant text := to_char(instant at time zone 'UTC', 'YYYYMM');
  parent text;
  stray boolean;
begin
  if instant < '2020-01-01Z' or instant > now() + interval '62 days' then return; end if;
  if to_regclass('inspection_' || suffix) is not null then return; end if;
  perform pg_advisory_xact_lock(4846251, 1);
  if to_regclass('inspection_' || suffix) is not null then return; end if;
  foreach parent in array array['inspection', 'detection', 'review', 'reason'] loop
    execute format('select exists (select from %I where decided_at >= %L and decided_at < %L)',
      parent || '_default', month_start, month_end) into stray;
    if stray then return; end if;
  end loop;
  foreach parent in array array['inspection', 'detection', 'review', 'reason'] loop
    execute format('create table %I partition of %I for values from (%L) to (%L)',
      parent || '_' || suffix, parent, month_start, month_end);${extra}
  end loop;
end $$`;
const protectMonth = `
    execute format('create trigger no_truncate before truncate on %I for each statement execute function refuse_change()',
      parent || '_' || suffix);`;
const partitions = `select inhrelid::regclass::text as name from pg_inherits
  where inhparent in ('inspection'::regclass, 'detection'::regclass, 'review'::regclass, 'reason'::regclass)`;

/** Evidence cannot be changed by anybody; the dashboard reads, and appends what people decide. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `create table audit (
        audit_id bigint generated always as identity primary key,
        at timestamptz(3) not null default now(),
        actor text not null,
        action text not null,
        subject text not null,
        detail jsonb not null
      )`,
    )
    .execute(db);
  await sql.raw('create index audit_of_subject on audit (subject, at)').execute(db);
  for (const statement of [refuse, guardDeadLetter, guardMark, makeRoles]) await sql.raw(statement).execute(db);
  for (const table of [...evidence, 'audit', 'dead_letter_chunk']) {
    await trigger(db, { table, name: 'append_only', when: 'update or delete', level: 'row', guard: 'refuse_change' });
  }
  for (const { table, guard } of guarded) {
    await trigger(db, { table, name: 'guarded', when: 'update or delete', level: 'row', guard });
  }
  for (const table of [...evidence, 'audit', 'dead_letter_chunk', 'dead_letter', 'station_mark']) {
    const never = { table, name: 'no_truncate', when: 'truncate', level: 'statement', guard: 'refuse_change' };
    await trigger(db, never);
  }
  for (const { name } of (await sql.raw<{ name: string }>(partitions).execute(db)).rows) {
    const never = { table: name, name: 'no_truncate', when: 'truncate', level: 'statement', guard: 'refuse_change' };
    await trigger(db, never);
  }
  await sql.raw(ensureMonth(protectMonth)).execute(db);
  await sql.raw('grant select on all tables in schema public to hairline_reader, hairline_hmi').execute(db);
  await sql.raw('grant insert on disposition, report_outbox, audit to hairline_hmi').execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw('revoke all on all tables in schema public from hairline_reader, hairline_hmi').execute(db);
  for (const table of [...evidence, 'dead_letter_chunk']) {
    await sql.raw(`drop trigger append_only on ${table}`).execute(db);
  }
  for (const { table } of guarded) await sql.raw(`drop trigger guarded on ${table}`).execute(db);
  for (const table of [...evidence, 'dead_letter_chunk', 'dead_letter', 'station_mark']) {
    await sql.raw(`drop trigger no_truncate on ${table}`).execute(db);
  }
  for (const { name } of (await sql.raw<{ name: string }>(partitions).execute(db)).rows) {
    await sql.raw(`drop trigger no_truncate on ${name}`).execute(db);
  }
  await sql.raw(ensureMonth('')).execute(db);
  await sql.raw('drop table audit').execute(db);
  for (const name of ['refuse_change', 'guard_dead_letter', 'guard_mark']) {
    await sql.raw(`drop function ${name}()`).execute(db);
  }
}

interface Trigger {
  readonly table: string;
  readonly name: string;
  readonly when: string;
  readonly level: string;
  readonly guard: string;
}

async function trigger(db: Kysely<unknown>, { table, name, when, level, guard }: Trigger): Promise<void> {
  const statement = `create trigger ${name} before ${when} on ${table} for each ${level} execute function ${guard}()`;
  await sql.raw(statement).execute(db);
}
