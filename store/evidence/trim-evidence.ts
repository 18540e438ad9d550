import { sql } from 'kysely';
import type { Database } from '#store/database.ts';
import type { EvidenceFolder } from '#store/evidence/evidence-folder.ts';
import { noteEvidence } from '#store/evidence/wanted-evidence.ts';

/** Gives up images until at most `bytesAtMost` are held: whole frames first, then crops, goldens last; each oldest first. */
export async function trimEvidence(database: Database, folder: EvidenceFolder, bytesAtMost: number): Promise<number> {
  const { bytes } = await heldBytesQuery(database).executeTakeFirstOrThrow();
  if (bytes <= bytesAtMost) return 0;
  const { rows } = await beyondQuery(bytesAtMost).execute(database);
  for (const { sha256 } of rows) {
    await folder.remove(sha256);
    await noteEvidence(database, sha256, 'gone');
  }
  return rows.length;
}

export function heldBytesQuery(database: Database) {
  return database
    .selectFrom('evidence')
    .select(sql<number>`coalesce(sum(bytes), 0)::bigint`.as('bytes'))
    .where('state', '=', 'held');
}

export function beyondQuery(bytesAtMost: number) {
  return sql<{ sha256: string }>`
    select sha256 from (
      select sha256, sum(bytes) over (
        order by case kind when 'golden' then 0 when 'crop' then 1 else 2 end, named_at desc, sha256) as with_all_better
      from evidence where state = 'held') as ranked
    where with_all_better > ${bytesAtMost}`;
}

/** Forgets images that no inspection has named since `namedBefore` (ISO 8601 UTC), and removes their files. */
export async function removeEvidence(database: Database, folder: EvidenceFolder, namedBefore: string): Promise<number> {
  const old = await database.selectFrom('evidence').select('sha256').where('namedAt', '<', namedBefore).execute();
  for (const { sha256 } of old) {
    await folder.remove(sha256);
    await database.deleteFrom('evidence').where('sha256', '=', sha256).execute();
  }
  return old.length;
}
