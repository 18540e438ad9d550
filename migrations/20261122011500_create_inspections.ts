import { sql, type Kysely } from 'kysely';

// Tables of evidence are partitioned by month of decided_at, so that retention drops whole months. A partitioned table
// can be unique only together with its partition key; therefore uniqueness of ids and sequences stands in `receipt`.

const tables = [
  `create table part (
    serial text primary key,
    product_id text not null,
    lot text not null,
    first_seen_at timestamptz(3) not null default now()
  )`,
  `create table inspection (
    inspection_id uuid not null,
    decided_at timestamptz(3) not null,
    site text not null,
    line text not null,
    station_id text not null,
    stream_id uuid not null,
    sequence bigint not null check (sequence >= 1),
    serial text not null,
    attempt integer not null check (attempt >= 1),
    lot text not null,
    product_id text not null,
    epoch text not null,
    trigger_no bigint not null,
    verdict text not null check (verdict in ('pass', 'fail', 'undecided')),
    triggered_at timestamptz(3) not null,
    stored_at timestamptz(3) not null default now(),
    recovered boolean not null,
    simulated boolean not null,
    total_ms double precision not null,
    takt_ms double precision not null,
    model_version text,
    recipe_version text,
    message jsonb not null,
    primary key (inspection_id, decided_at)
  ) partition by range (decided_at)`,
  `create table detection (
    inspection_id uuid not null,
    decided_at timestamptz(3) not null,
    position integer not null,
    station_id text not null,
    view_id text not null,
    detection_id text not null,
    kind text not null check (kind in ('detection', 'candidate')),
    label text not null,
    score double precision not null,
    x1 double precision not null,
    y1 double precision not null,
    x2 double precision not null,
    y2 double precision not null,
    area_px double precision not null,
    detector_call text check (detector_call in ('ignore', 'doubt', 'fail')),
    outcome text check (outcome in ('accept', 'doubt', 'fail')),
    outcome_source text check (outcome_source in ('detector', 'reviewer', 'acceptance')),
    primary key (inspection_id, decided_at, position)
  ) partition by range (decided_at)`,
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
  `create table reason (
    inspection_id uuid not null,
    decided_at timestamptz(3) not null,
    position integer not null,
    station_id text not null,
    scope text not null check (scope in ('verdict', 'outcome')),
    code text not null,
    subject text not null,
    value double precision,
    limit_value double precision,
    detail text not null,
    primary key (inspection_id, decided_at, position)
  ) partition by range (decided_at)`,
  `create table dead_letter (
    dead_letter_id bigint generated always as identity primary key,
    received_at timestamptz(3) not null default now(),
    topic text not null,
    reason text not null,
    detail text not null,
    payload_sha256 text not null,
    payload_bytes bigint not null,
    payload_kept boolean not null,
    resolved_at timestamptz(3),
    unique (payload_sha256, topic)
  )`,
  `create table dead_letter_chunk (
    dead_letter_id bigint not null references dead_letter,
    position integer not null,
    bytes bytea not null,
    primary key (dead_letter_id, position)
  )`,
  `create table receipt (
    stream_id uuid not null,
    sequence bigint not null check (sequence >= 1),
    inspection_id uuid unique,
    dead_letter_id bigint references dead_letter,
    payload_sha256 text not null,
    received_at timestamptz(3) not null default now(),
    primary key (stream_id, sequence),
    check (num_nonnulls(inspection_id, dead_letter_id) = 1)
  )`,
  `create table station_mark (
    stream_id uuid primary key,
    site text not null,
    line text not null,
    station_id text not null,
    sequence bigint not null check (sequence >= 0),
    highest_sequence bigint not null,
    updated_at timestamptz(3) not null default now()
  )`,
  `create table report_outbox (
    report_no bigint generated always as identity primary key,
    report_id uuid not null unique default gen_random_uuid(),
    kind text not null check (kind in ('inspection', 'disposition')),
    inspection_id uuid not null,
    disposition_id uuid,
    created_at timestamptz(3) not null default now(),
    check ((kind = 'disposition') = (disposition_id is not null))
  )`,
  `create table report_channel (
    channel text primary key,
    delivered_up_to bigint not null default 0,
    updated_at timestamptz(3) not null default now()
  )`,
  `create table report_refusal (
    channel text not null,
    report_no bigint not null references report_outbox,
    reason text not null,
    refused_at timestamptz(3) not null default now(),
    resolved_at timestamptz(3),
    primary key (channel, report_no)
  )`,
];

const indexes = [
  'create index inspection_latest on inspection (decided_at, inspection_id)',
  'create index inspection_by_station on inspection (station_id, decided_at, inspection_id)',
  'create index inspection_by_verdict on inspection (verdict, decided_at, inspection_id)',
  'create index inspection_by_serial on inspection (serial, decided_at, inspection_id)',
  'create index inspection_by_lot on inspection (lot, decided_at, inspection_id)',
  'create index inspection_by_trigger on inspection (epoch, trigger_no)',
  'create index inspection_by_storing on inspection (stored_at)',
  `create index detection_called on detection (decided_at, label, outcome) where outcome in ('doubt', 'fail')`,
  "create index reason_by_code on reason (decided_at, code) where scope = 'verdict'",
  'create index dead_letter_open on dead_letter (dead_letter_id) where resolved_at is null',
  `create unique index report_once on report_outbox (inspection_id) where kind = 'inspection'`,
  'create unique index report_disposition_once on report_outbox (disposition_id) where disposition_id is not null',
];

const partitioned = ['inspection', 'detection', 'review', 'reason'];

// Months before 2020 or far in the future come from a clock that is set wrongly: they go to the default partition,
// so that a broken clock cannot make any number of tables. The lock keeps two stores from making the same month.
const ensureMonth = `create function ensure_month(instant timestamptz) returns void language plpgsql as $$
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
      parent || '_' || suffix, parent, month_start, month_end);
  end loop;
end $$`;

/** The tables from the edge's message to the report for the MES. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of tables) await sql.raw(statement).execute(db);
  for (const name of partitioned) {
    await sql.raw(`create table ${name}_default partition of ${name} default`).execute(db);
  }
  for (const statement of indexes) await sql.raw(statement).execute(db);
  await sql.raw(ensureMonth).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw('drop function ensure_month(timestamptz)').execute(db);
  const names = [
    'report_refusal',
    'report_channel',
    'report_outbox',
    'station_mark',
    'receipt',
    'dead_letter_chunk',
    'dead_letter',
  ];
  for (const name of [...names, ...partitioned, 'part']) await sql.raw(`drop table ${name}`).execute(db);
}
