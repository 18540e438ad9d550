import { sql, type Kysely } from 'kysely';

// What a channel is asked to send for a second time stands beside how far it has come, so that a kill in between loses
// neither: every report from a number on, and those that the receiver refused.
const statements = [
  'alter table report_channel add column again_from bigint',
  'alter table report_refusal add column again boolean not null default false',
  'create index report_refusal_open on report_refusal (channel, report_no) where resolved_at is null',
];

/** Lets reports be sent again that a receiver has refused or lost. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw('drop index report_refusal_open').execute(db);
  await sql.raw('alter table report_refusal drop column again').execute(db);
  await sql.raw('alter table report_channel drop column again_from').execute(db);
}
