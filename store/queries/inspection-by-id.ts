import type { InspectionMessage } from '#edge/messages.schema.ts';
import type { Database, DispositionName } from '#store/database.ts';

export interface DispositionRecord {
  readonly dispositionId: string;
  readonly disposition: DispositionName;
  readonly verified: 'defect' | 'false-call' | null;
  readonly reason: string;
  readonly decidedBy: string;
  readonly decidedAt: string;
}

/** A disposition, and whose account it was decided with. */
export interface DecidedDisposition extends DispositionRecord {
  /** null: from before there were accounts. */
  readonly personId: string | null;
}

/** The whole record of one inspection: as the edge sent it, and what came after. */
export interface InspectionRecord {
  readonly message: InspectionMessage;
  readonly storedAt: string;
  /** Oldest first. */
  readonly dispositions: readonly DecidedDisposition[];
}

/** null for an id that is not stored. `inspectionId` must be a UUID. */
export async function inspectionById(database: Database, inspectionId: string): Promise<InspectionRecord | null> {
  const inspection = await inspectionByIdQuery(database, inspectionId).executeTakeFirst();
  if (!inspection) return null;
  const dispositions = await dispositionsQuery(database, inspectionId).execute();
  return { ...inspection, dispositions };
}

export function inspectionByIdQuery(database: Database, inspectionId: string) {
  return database.selectFrom('inspection').select(['message', 'storedAt']).where('inspectionId', '=', inspectionId);
}

export function dispositionsQuery(database: Database, inspectionId: string) {
  return database
    .selectFrom('disposition')
    .select(['dispositionId', 'disposition', 'verified', 'reason', 'decidedBy', 'personId', 'decidedAt'])
    .where('inspectionId', '=', inspectionId)
    .orderBy('decidedAt')
    .orderBy('dispositionId');
}
