import type { InspectionSummary } from '#store/queries/list-inspections.ts';

const columns = [
  'inspectionId',
  'stationId',
  'serial',
  'attempt',
  'lot',
  'productId',
  'verdict',
  'labels',
  'reasons',
  'disposition',
  'triggeredAt',
  'decidedAt',
  'storedAt',
  'totalMs',
  'taktMs',
  'recovered',
  'simulated',
] as const satisfies readonly (keyof InspectionSummary)[];

/** Inspections as a table by RFC 4180, with a header. */
export function toCsv(inspections: readonly InspectionSummary[]): string {
  const lines = inspections.map((one) => columns.map((column) => field(one[column])).join(','));
  return [columns.join(','), ...lines, ''].join('\r\n');
}

function field(value: InspectionSummary[keyof InspectionSummary]): string {
  const text = Array.isArray(value) ? value.join(' ') : String(value ?? '');
  // A spreadsheet reads such text as a formula; serials and lots come from outside. The quote mark makes it text.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
