import type { LedgerCounts } from '#line/station/read-ledger.ts';

/** How one station did, against its ledger and its ground truth. */
export type StationSummary = Omit<LedgerCounts, 'inspectionIds'>;

/** What `npm start -- --parts N --json` prints. Counts of this run. */
export interface LineSummary {
  readonly triggered: number;
  readonly decided: number;
  /** Inspections in the database. */
  readonly stored: number;
  /** Distinct report ids acknowledged. */
  readonly reported: number;
  /** Inspections or reports that exist twice. */
  readonly duplicates: number;
  readonly stations: Readonly<Record<string, StationSummary>>;
}

/** Adds stations up and puts what the plant holds beside it. */
export function summarize(
  stations: Readonly<Record<string, StationSummary>>,
  plant: { readonly stored: number; readonly reported: number; readonly duplicates: number },
): LineSummary {
  const all = Object.values(stations);
  const sum = (key: 'triggered' | 'decided'): number => all.reduce((total, station) => total + station[key], 0);
  return { triggered: sum('triggered'), decided: sum('decided'), ...plant, stations };
}

/** True when every part has one verdict that is stored and reported once. */
export function isWhole(summary: LineSummary): boolean {
  const { triggered, decided, stored, reported, duplicates } = summary;
  return triggered === decided && decided === stored && stored === reported && duplicates === 0;
}

/** The summary for a person: a table of plain text. */
export function summaryText(summary: LineSummary): string {
  const head = ['station', 'parts', 'pass', 'fail', 'undecided', 'escapes', 'false calls'];
  const rows = Object.entries(summary.stations).map(([name, station]) =>
    [
      name,
      station.triggered,
      station.pass,
      station.fail,
      station.undecided,
      station.escapes ?? 'unknown',
      station.falseCalls ?? 'unknown',
    ].map(String),
  );
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const lines = [head, ...rows].map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  const { triggered, decided, stored, reported, duplicates } = summary;
  return `${lines.join('\n')}\ntriggered ${triggered}, decided ${decided}, stored ${stored}, reported ${reported}, duplicates ${duplicates}`;
}
