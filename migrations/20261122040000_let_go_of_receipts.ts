import { sql, type Kysely } from 'kysely';

// An inspection that was stored late, from a dead letter, has no receipt of its own: that of its sequence says that the
// dead letter is held, and is never changed. What people do about a part must not ask for one.
const references = [
  { table: 'review_claim', name: 'review_claim_inspection_id_fkey' },
  { table: 'disposition', name: 'disposition_inspection_id_fkey' },
];

/** Lets people claim and dispose of every stored part, also of one that was stored from a dead letter. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const { table, name } of references) {
    await sql.raw(`alter table ${table} drop constraint ${name}`).execute(db);
  }
}

// `not valid`: what people have said of parts without a receipt stays, and new rows are held to the receipt again.
export async function down(db: Kysely<unknown>): Promise<void> {
  for (const { table, name } of references) {
    const reference = 'foreign key (inspection_id) references receipt (inspection_id) not valid';
    await sql.raw(`alter table ${table} add constraint ${name} ${reference}`).execute(db);
  }
}
