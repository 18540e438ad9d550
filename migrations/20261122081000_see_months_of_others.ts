import { sql, type Kysely } from 'kysely';

// Of two stores that meet a new month at one time, one waits for the lock of the other and then looks whether the month
// is there. to_regclass answers from this session's cache, which a lock of this kind does not renew: it said no, and the
// store ended with "already exists". A look into the catalog sees what has been committed.

const isThere = {
  cached: `to_regclass('inspection_' || suffix) is not null`,
  committed: `exists (select from pg_class where relname = 'inspection_' || suffix
    and relnamespace = (select relnamespace from pg_class where oid = 'inspection'::regclass))`,
};

const ensureMonth = (look: string): string => `create or replace function ensure_month(instant timestamptz)
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
  if ${look} then return; end if;
  foreach parent in array array['inspection', 'detection', 'reason'] loop
    execute format('select exists (select from %I where decided_at >= %L and decided_at < %L)',
      parent || '_default', month_start, month_end) into stray;
    if stray then return; end if;
  end loop;
  foreach parent in array array['inspection', 'detection', 'reason'] loop
    execute format('create table %I partition of %I for values from (%L) to (%L)',
      parent || '_' || suffix, parent, month_start, month_end);
    execute format('create trigger no_truncate before truncate on %I for each statement execute function refuse_change()',
      parent || '_' || suffix);
  end loop;
end $$`;

/** Lets a store see a month that another one has just made. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(ensureMonth(isThere.committed)).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw(ensureMonth(isThere.cached)).execute(db);
}
