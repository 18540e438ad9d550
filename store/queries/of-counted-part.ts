import type { ExpressionBuilder } from 'kysely';
import type { DatabaseSchema } from '#store/database.ts';

/** Whether a detection lies on a part that counts: known bad parts are shown to prove the station, and count in no figure. */
export function ofCountedPart({ not, exists, selectFrom }: ExpressionBuilder<DatabaseSchema, 'detection'>) {
  return not(
    exists(
      selectFrom('inspection')
        .select('inspection.challenge')
        .whereRef('inspection.inspectionId', '=', 'detection.inspectionId')
        .whereRef('inspection.decidedAt', '=', 'detection.decidedAt')
        .where('inspection.challenge', '=', true),
    ),
  );
}
