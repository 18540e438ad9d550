import { sql } from 'kysely';
import type { Database } from '#store/database.ts';
import { listInspections } from '#store/queries/list-inspections.ts';
import { paretoOfLabels } from '#store/queries/pareto-of-labels.ts';
import { trendOfVerdicts } from '#store/queries/trend-of-verdicts.ts';
import { testMessage } from '../../support/inspection-message.ts';
import { percentile, printResult, rounded } from '../../support/result-line.ts';

const runsOfEach = 200;
const goalMs = 100;
// Two seconds a part on four stations: a million inspections are about six days.
const partMs = 500;
const endAt = Date.parse('2026-11-20T00:00:00Z');

/** Times the questions of the dashboard over this many inspections. */
export async function measureQueries(database: Database, rows: number): Promise<readonly boolean[]> {
  process.stderr.write(`filling ${rows} inspections\n`);
  await fill(database, rows);
  const at = (index: number): string => new Date(endAt - index * partMs).toISOString();
  const dayMs = 24 * 3600 * 1000;
  const day = (run: number) => {
    const from = endAt - ((run % 5) + 1) * dayMs;
    return { from: new Date(from).toISOString(), to: new Date(from + dayMs).toISOString() };
  };
  const shift = (run: number) => ({
    from: new Date(endAt - (run % 12) * 3600_000 - 8 * 3600_000).toISOString(),
    to: at(0),
  });
  const questions: Readonly<Record<string, (run: number) => Promise<unknown>>> = {
    'list, newest 50': () => listInspections(database, { limit: 50 }),
    'list, failed of a station': (run) =>
      listInspections(database, { limit: 50, verdict: 'fail', stationId: `bench${run % 4}` }),
    'list, page far back': (run) =>
      listInspections(database, {
        limit: 50,
        before: `${at(Math.floor((run / runsOfEach) * rows))}_ffffffff-ffff-4fff-8fff-ffffffffffff`,
      }),
    'trace by serial': (run) =>
      listInspections(database, { limit: 50, serial: `B-${Math.floor((run / runsOfEach) * rows)}` }),
    'Pareto of a shift': (run) => paretoOfLabels(database, shift(run)),
    'Pareto of a day, one station': (run) => paretoOfLabels(database, { ...day(run), stationId: 'bench1' }),
    'trend by hour over a shift': (run) => trendOfVerdicts(database, shift(run), 'hour'),
    'trend by hour over a day, one station': (run) =>
      trendOfVerdicts(database, { ...day(run), stationId: 'bench1' }, 'hour'),
  };
  const held: boolean[] = [];
  for (const [name, ask] of Object.entries(questions)) {
    const times: number[] = [];
    for (let run = 0; run < runsOfEach; run += 1) {
      const startedAt = performance.now();
      await ask(run);
      times.push(performance.now() - startedAt);
    }
    const value = percentile(times, 0.99);
    held.push(value <= goalMs);
    printResult({
      name: 'query',
      case: `${name} (${rows} inspections, p50 ${rounded(percentile(times, 0.5))} ms)`,
      value: rounded(value),
      unit: 'ms p99',
      anchor: '',
      anchorValue: null,
      ratio: null,
      goal: `<= ${goalMs} ms`,
      holds: value <= goalMs,
    });
  }
  return held;
}

/** Rows made by the database itself, spread over four stations and the days before a fixed instant. */
export async function fill(database: Database, rows: number): Promise<void> {
  const message = JSON.stringify(testMessage(3));
  const from = new Date(endAt - rows * partMs).toISOString();
  for (let month = Date.parse(from); month <= endAt + 1; month += 27 * 24 * 3600 * 1000) {
    await sql`select ensure_month(${new Date(month).toISOString()})`.execute(database);
  }
  await sql`select ensure_month(${new Date(endAt).toISOString()})`.execute(database);
  const step = 50_000;
  for (let start = 0; start < rows; start += step) {
    const series = sql`(select n, ${new Date(endAt).toISOString()}::timestamptz - n * interval '500 ms' as at,
      case n % 20 when 0 then 'fail' when 1 then 'undecided' else 'pass' end as verdict,
      'bench' || n % 4 as station_id,
      ('00000000-0000-4000-9000-' || lpad(to_hex(n), 12, '0'))::uuid as id
      from generate_series(${start}::int, ${Math.min(start + step, rows) - 1}::int) as n) as made`;
    await sql`insert into inspection
      select id, at, 'demo', 'line1', station_id, '00000000-0000-4000-9000-000000000000', n + 1, 'B-' || n, 1,
        'L-' || n / 500, 'board', 'epoch', n, verdict, at - interval '400 ms', at, false, true, 400, 2000, '3', '7',
        ${message}::jsonb from ${series}`.execute(database);
    await sql`insert into detection
      select id, at, 0, station_id, 'top', 'top-d1', 'detection',
        (array['spur', 'short', 'open', 'mousebite', 'pinhole', 'copper'])[1 + n % 6], 0.9, 1, 1, 9, 9, 64,
        case verdict when 'fail' then 'fail' when 'undecided' then 'doubt' else 'ignore' end,
        case verdict when 'fail' then 'fail' when 'undecided' then 'doubt' else 'accept' end, 'detector'
        from ${series}`.execute(database);
    await sql`insert into reason
      select id, at, 0, station_id, 'verdict', 'defect-certain', 'top-d1', 0.9, 0.8, ''
        from ${series} where verdict <> 'pass'`.execute(database);
  }
  // What the server's own autovacuum does in time: statistics, and pages known to be visible to all.
  await sql`vacuum analyze`.execute(database);
}
