import { sql, type Kysely } from 'kysely';

// Nothing ever read `part` and `review`: a serial is found by the index of `inspection`, and what the reviewer said stands
// in the message. They cost every inspection rows and every month a table.

const ensureMonth = (parents: readonly string[]): string => {
  const list = parents.map((parent) => `'${parent}'`).join(', ');
  return `create or replace function ensure_month(instant timestamptz) returns void language plpgsql as $$
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
  foreach parent in array array[${list}] loop
    execute format('select exists (select from %I where decided_at >= %L and decided_at < %L)',
      parent || '_default', month_start, month_end) into stray;
    if stray then return; end if;
  end loop;
  foreach parent in array array[${list}] loop
    execute format('create table %I partition of %I for values from (%L) to (%L)',
      parent || '_' || suffix, parent, month_start, month_end);
    execute format('create trigger no_truncate before truncate on %I for each statement execute function refuse_change()',
      parent || '_' || suffix);
  end loop;
end $$`;
};

const remade = [
  `create table part (
    serial text primary key,
    product_id text not null,
    lot text not null,
    first_seen_at timestamptz(3) not null default now()
  )`,
  `create table review (
    inspection_id uuid not null,
    decided_at timestamptz(3) not null,
    position integer not null,
    station_id text not null,
    view_id text not null,
    detection_id text not null,
    kind text not null check (kind in ('answered', 'unavailable')),
    judgement text check (judgement in ('confirmed', 'false-call', 'uncertain')),
    label text,
    severity text check (severity in ('minor', 'major', 'critical')),
    explanation text,
    unavailable_reason text,
    latency_ms double precision,
    primary key (inspection_id, decided_at, position)
  ) partition by range (decided_at)`,
  ...['part', 'review'].flatMap((table) => [
    `create trigger append_only before update or delete on ${table} for each row execute function refuse_change()`,
    `create trigger no_truncate before truncate on ${table} for each statement execute function refuse_change()`,
    `grant select on ${table} to hairline_reader, hairline_hmi`,
  ]),
];

/** Drops the tables that were written and never read. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(ensureMonth(['inspection', 'detection', 'reason'])).execute(db);
  await sql.raw('drop table review').execute(db);
  await sql.raw('drop table part').execute(db);
}

/** Makes them again, empty, with the months that there are. */
export async function down(db: Kysely<unknown>): Promise<void> {
  for (const statement of remade) await sql.raw(statement).execute(db);
  const { rows } = await sql<{ suffix: string; bounds: string }>`
    select substr(relname, length('reason_') + 1) as suffix, pg_get_expr(relpartbound, oid) as bounds
    from pg_class join pg_inherits on inhrelid = oid where inhparent = 'reason'::regclass`.execute(db);
  for (const { suffix, bounds } of rows) {
    const name = `review_${suffix}`;
    await sql.raw(`create table ${name} partition of review ${bounds}`).execute(db);
    await sql
      .raw(`create trigger no_truncate before truncate on ${name} for each statement execute function refuse_change()`)
      .execute(db);
  }
  await sql.raw(ensureMonth(['inspection', 'detection', 'review', 'reason'])).execute(db);
}
