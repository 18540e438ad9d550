import { sql, type Kysely } from 'kysely';

/** What people decide about inspected parts; appended beside the verdict, which stays as it is. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `create table disposition (
        disposition_id uuid primary key,
        inspection_id uuid not null references receipt (inspection_id),
        disposition text not null check (disposition in ('accept', 'rework', 'scrap', 'hold')),
        verified text check (verified in ('defect', 'false-call')),
        reason text not null,
        decided_by text not null,
        decided_at timestamptz(3) not null default now()
      )`,
    )
    .execute(db);
  await sql.raw('create index disposition_of_inspection on disposition (inspection_id, decided_at)').execute(db);
  await sql
    .raw(
      'alter table report_outbox add constraint report_of_disposition foreign key (disposition_id) references disposition',
    )
    .execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table report_outbox drop constraint report_of_disposition').execute(db);
  await sql.raw('drop table disposition').execute(db);
}
