import type { ExpressionBuilder } from 'kysely';
import type { DatabaseSchema } from '#store/database.ts';

/** What people decided last about an inspection; a later entry takes the place of one before. */
export function lastDisposition({ selectFrom }: ExpressionBuilder<DatabaseSchema, 'inspection'>) {
  return selectFrom('disposition')
    .whereRef('disposition.inspectionId', '=', 'inspection.inspectionId')
    .orderBy('disposition.decidedAt', 'desc')
    .orderBy('disposition.dispositionId', 'desc')
    .limit(1);
}
