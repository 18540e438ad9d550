import { sql, type Kysely } from 'kysely';

// A row of inspection is wide, since it holds the whole message. These indexes carry what trends, counts and Pareto ask
// for, so that they are answered from the index alone.
const wider = [
  {
    name: 'inspection_latest',
    was: 'inspection (decided_at, inspection_id)',
    is: 'inspection (decided_at, inspection_id) include (station_id, verdict, attempt)',
  },
  {
    name: 'inspection_by_station',
    was: 'inspection (station_id, decided_at, inspection_id)',
    is: 'inspection (station_id, decided_at, inspection_id) include (verdict, attempt)',
  },
  {
    name: 'detection_called',
    was: `detection (decided_at, label, outcome) where outcome in ('doubt', 'fail')`,
    is: `detection (decided_at, label, outcome) include (station_id, inspection_id) where outcome in ('doubt', 'fail')`,
  },
];

/** Answers the dashboard's questions over long times from indexes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const { name, is } of wider) {
    await sql.raw(`drop index ${name}`).execute(db);
    await sql.raw(`create index ${name} on ${is}`).execute(db);
  }
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const { name, was } of wider) {
    await sql.raw(`drop index ${name}`).execute(db);
    await sql.raw(`create index ${name} on ${was}`).execute(db);
  }
}
