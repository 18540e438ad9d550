/** What stands in a field of a table. */
export type CsvCell = string | number | boolean | null;

/**
 * One line of a table by RFC 4180, with its line end; null is an empty field. Text that a spreadsheet would take for a
 * formula gets an apostrophe in front: serials and lots come from outside.
 */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(csvField).join(',')}\r\n`;
}

function csvField(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
