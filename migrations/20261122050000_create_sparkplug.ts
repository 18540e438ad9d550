import { sql, type Kysely } from 'kysely';

/** What a Sparkplug edge node must not forget when its process ends: its birth number, and what its devices last said. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `create table sparkplug_node (
        node text primary key,
        bd_seq smallint not null check (bd_seq between 0 and 255)
      )`,
    )
    .execute(db);
  await sql.raw('create table sparkplug_device (station_id text primary key, metrics jsonb not null)').execute(db);
  await sql.raw('grant select on sparkplug_node, sparkplug_device to hairline_reader, hairline_hmi').execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw('drop table sparkplug_device').execute(db);
  await sql.raw('drop table sparkplug_node').execute(db);
}
