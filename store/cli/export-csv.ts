import type { Writable } from 'node:stream';
import { once } from 'node:events';
import type { InspectionMessage } from '#edge/messages.schema.ts';
import { csvLine, type CsvCell } from '#store/csv.ts';
import type { Database } from '#store/database.ts';
import {
  recordedInspections,
  type RecordFilter,
  type RecordedInspection,
} from '#store/queries/recorded-inspections.ts';

/** Columns of the export, in their order; docs/reports.md lists the same, pinned by a test. */
export const csvColumns: Readonly<Record<string, (row: RecordedInspection) => CsvCell>> = {
  inspectionId: (row) => row.inspectionId,
  site: (row) => row.message.site,
  line: (row) => row.message.line,
  stationId: (row) => row.message.stationId,
  serial: (row) => row.message.serial,
  attempt: (row) => row.message.attempt,
  lot: (row) => row.message.lot,
  productId: (row) => row.message.productId,
  verdict: (row) => row.message.verdict,
  triggeredAt: (row) => row.message.triggeredAt,
  decidedAt: (row) => row.decidedAt,
  storedAt: (row) => row.storedAt,
  inspectionTimeMs: (row) => row.message.timings.totalMs,
  recovered: (row) => row.message.recovered,
  simulated: (row) => row.message.simulated,
  // Stored before there were challenge parts: the message does not say.
  challenge: (row) => row.message.challenge ?? false,
  labels: (row) => calledLabels(row.message).join(';'),
  reasons: (row) => row.message.reasons.map((reason) => reason.code).join(';'),
  model: (row) => row.message.digests.model?.version ?? null,
  recipe: (row) => row.message.digests.recipe?.version ?? null,
};

/** Writes inspections as CSV (RFC 4180, UTF-8, one header line), oldest first. Returns how many. */
export async function exportCsv(database: Database, filter: RecordFilter, out: Writable): Promise<number> {
  const columns = Object.entries(csvColumns);
  out.write(csvLine(columns.map(([name]) => name)));
  let inspections = 0;
  for await (const row of recordedInspections(database, filter)) {
    inspections += 1;
    const roomLeft = out.write(csvLine(columns.map(([, cell]) => cell(row))));
    if (!roomLeft) await once(out, 'drain');
  }
  return inspections;
}

function calledLabels(message: InspectionMessage): readonly string[] {
  const called = message.outcomes.filter(({ outcome }) => outcome !== 'accept');
  const labels = called.flatMap(({ id, viewId }) => {
    const view = message.views.find((one) => one.viewId === viewId);
    const found = view ? [...view.detections, ...view.candidates].find((one) => one.id === id) : undefined;
    return found ? [found.label] : [];
  });
  return [...new Set(labels)];
}
