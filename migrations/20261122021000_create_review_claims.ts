import { sql, type Kysely } from 'kysely';

/** Who looks at which part, for how long: two people never review the same part. A claim runs out by itself. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `create table review_claim (
        inspection_id uuid primary key references receipt (inspection_id),
        claimed_by text not null,
        claimed_until timestamptz(3) not null
      )`,
    )
    .execute(db);
  await sql.raw('create index review_claim_by on review_claim (claimed_by)').execute(db);
  await sql.raw('grant select on review_claim to hairline_reader').execute(db);
  await sql.raw('grant select, insert, update on review_claim to hairline_hmi').execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw('drop table review_claim').execute(db);
}
