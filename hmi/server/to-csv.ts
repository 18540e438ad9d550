import { csvLine, type CsvCell } from '#store/csv.ts';
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
  'challenge',
] as const satisfies readonly (keyof InspectionSummary)[];

/** Inspections as a table by RFC 4180, with a header; lists in one field. */
export function toCsv(inspections: readonly InspectionSummary[]): string {
  const lines = inspections.map((one) => csvLine(columns.map((column) => toCell(one[column]))));
  return [csvLine(columns), ...lines].join('');
}

function toCell(value: InspectionSummary[keyof InspectionSummary]): CsvCell {
  return typeof value === 'object' ? (value?.join(' ') ?? null) : value;
}
