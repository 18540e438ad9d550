import type { Database, DispositionName } from '#store/database.ts';
import { lockReportOrder } from '#store/ingest/queue-reports.ts';
import { storableText } from '#store/ingest/storable-text.ts';

/** What a person decides about an inspected part. */
export interface NewDisposition {
  /** UUID made by whoever asks: the same id again changes nothing. */
  readonly dispositionId: string;
  readonly inspectionId: string;
  readonly disposition: DispositionName;
  /** Whether the person saw a defect; null where that was not asked. */
  readonly verified: 'defect' | 'false-call' | null;
  readonly reason: string;
  /** Name of the person. */
  readonly decidedBy: string;
  /** Their account; null for nobody with one. */
  readonly personId: string | null;
  /** IP address it was decided from; null where there is none. */
  readonly address: string | null;
}

/**
 * Appends a disposition beside the verdict, its line in the audit and its report to the MES, in one transaction. The
 * verdict stays as it is. `unknown-inspection` for an id that is not stored, or not with its report; `known-bad-part` for
 * one that the station was shown to be tested by, of which nobody in the plant disposes; `again` for a disposition that
 * was appended before.
 */
export async function appendDisposition(
  database: Database,
  given: NewDisposition,
): Promise<'appended' | 'again' | 'unknown-inspection' | 'known-bad-part'> {
  const { address, ...rest } = given;
  const row = { ...rest, reason: storableText(given.reason), decidedBy: storableText(given.decidedBy) };
  return database.transaction().execute(async (transaction) => {
    const refusal = await refusalOf(transaction, row.inspectionId);
    if (refusal !== null) return refusal;
    const inserted = await transaction
      .insertInto('disposition')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (inserted.numInsertedOrUpdatedRows === 0n) return 'again';
    const { decidedBy, personId, inspectionId, ...detail } = row;
    await transaction
      .insertInto('audit')
      .values({
        actor: decidedBy,
        personId,
        address,
        action: 'disposition.append',
        subject: inspectionId,
        detail: JSON.stringify(detail),
      })
      .execute();
    await lockReportOrder(transaction);
    await transaction
      .insertInto('reportOutbox')
      .values({ kind: 'disposition', inspectionId, dispositionId: row.dispositionId })
      .execute();
    return 'appended';
  });
}

async function refusalOf(
  transaction: Database,
  inspectionId: string,
): Promise<'unknown-inspection' | 'known-bad-part' | null> {
  const shown = await transaction
    .selectFrom('inspection')
    .select('inspectionId')
    .where('inspectionId', '=', inspectionId)
    .where('challenge', '=', true)
    .executeTakeFirst();
  if (shown) return 'known-bad-part';
  const reported = await transaction
    // Every other stored inspection has its report, also one stored from a dead letter; retention leaves reports.
    .selectFrom('reportOutbox')
    .select('inspectionId')
    .where('kind', '=', 'inspection')
    .where('inspectionId', '=', inspectionId)
    .executeTakeFirst();
  return reported ? null : 'unknown-inspection';
}
