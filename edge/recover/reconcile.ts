import type { InspectionRow } from '#edge/outbox/outbox.ts';
import type { OpenTrigger } from '#edge/station-line.ts';
import { triggerKey } from '#edge/trigger.ts';

/** What the station's ledger, the outbox and this process know of the triggers, at one moment. */
export interface KnownTriggers {
  /** Triggers for which the station waits. */
  readonly awaited: readonly OpenTrigger[];
  /** Rows of the outbox not given, and those of the awaited triggers. */
  readonly rows: readonly InspectionRow[];
  /** Keys of the triggers that this process is working on: they need no help. */
  readonly active: ReadonlySet<string>;
  /** Epoch of the camera as it is now; null before it is known. */
  readonly epoch: string | null;
}

/** What to do about one trigger so that it gets its one verdict. */
export type Recovery =
  /** It has a verdict and the station waits: write it (again). */
  | { readonly kind: 'give'; readonly row: InspectionRow }
  /** It has a verdict and the station does not wait any more: the answer was lost on the way back. */
  | { readonly kind: 'settle'; readonly row: InspectionRow }
  /** Begun by a process that is gone: undecided, and told to the station if it waits. */
  | { readonly kind: 'close'; readonly row: InspectionRow; readonly awaited: boolean }
  /** Never begun, and its frames will not come: undecided. */
  | { readonly kind: 'lost'; readonly trigger: OpenTrigger };

/**
 * Compares the ledger with the outbox. A trigger of this epoch that was never begun is left alone: it is inspected like
 * any other when its frames come, or when the camera calls them lost. In the order of the ledger, then of the outbox.
 */
export function reconcile(known: KnownTriggers): readonly Recovery[] {
  const rows = new Map(known.rows.map((row) => [triggerKey(row.trigger), row]));
  const awaited = new Set(known.awaited.map(triggerKey));
  const recoveries: Recovery[] = [];
  for (const trigger of known.awaited) {
    const key = triggerKey(trigger);
    const row = rows.get(key);
    if (known.active.has(key)) continue;
    if (row) recoveries.push(row.verdict ? { kind: 'give', row } : { kind: 'close', row, awaited: true });
    else if (known.epoch !== null && trigger.epoch !== known.epoch) recoveries.push({ kind: 'lost', trigger });
  }
  for (const [key, row] of rows) {
    if (awaited.has(key) || known.active.has(key)) continue;
    if (!row.verdict) recoveries.push({ kind: 'close', row, awaited: false });
    else if (row.givenAt === null) recoveries.push({ kind: 'settle', row });
  }
  return recoveries;
}
