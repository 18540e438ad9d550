import { sql, type Kysely } from 'kysely';

/** Tells known bad parts, shown to prove the inspection, from those that count. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table inspection add column challenge boolean not null default false').execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table inspection drop column challenge').execute(db);
}
