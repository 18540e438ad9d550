import { printResult } from '../../support/result-line.ts';
import type { Blow } from './chaos.ts';
import type { Counts } from './count.ts';
import { stations, type RunningPlant } from './start-plant.ts';

export interface Outside {
  /** Parts that the campaign ordered. */
  readonly triggered: number;
  /** Dispositions that were acknowledged; a kill may hide that one was appended. */
  readonly dispositions: number;
  readonly blows: readonly Blow[];
}

const kills: ReadonlySet<Blow> = new Set<Blow>(['edge', 'store', 'mes', 'broker', 'database']);

/** Prints what was counted beside what it must be. Returns the exit code. */
export function judge(plant: RunningPlant, counts: Counts, outside: Outside): number {
  const { namespaceMes, webhookMes } = plant;
  const { triggered, dispositions, blows } = outside;
  const { stored, reports } = counts;
  const received = namespaceMes.reports();
  const byWebhook = webhookMes.reportNos();
  const expected = stored + counts.dispositions;
  const equal: readonly (readonly [string, number, string, number])[] = [
    ['inspections stored', stored, 'parts triggered', triggered],
    ['triggers stored', counts.triggers, 'parts triggered', triggered],
    ['receipts', counts.receipts, 'inspections stored', stored],
    ['streams', counts.streams, 'edge nodes', stations.length],
    ['streams with a gap', counts.streamsWithGap, 'none', 0],
    ['second attempts', counts.secondAttempts, 'parts reworked', Math.floor(triggered / stations.length / 10) * 3],
    ['inspections with a report', counts.reportedInspections, 'inspections stored', stored],
    ['dispositions with a report', counts.reportedDispositions, 'dispositions', counts.dispositions],
    ['dispositions lost', Math.max(0, dispositions - counts.dispositions), 'none', 0],
    ['report ids', reports, 'inspections and dispositions', expected],
    ['report ids that the MES has by MQTT', received.length, 'report ids', reports],
    ['report ids that the MES has by webhook', byWebhook.length, 'report ids', reports],
    ['webhook reports out of order', outOfOrder(byWebhook), 'none', 0],
    ['webhook requests with a wrong signature', webhookMes.forged(), 'none', 0],
    ['dead letters that are no garbage', counts.strayDeadLetters, 'none', 0],
  ];
  let held = dispositions > 0;
  for (const [name, value, anchor, anchorValue] of equal) {
    const holds = value === anchorValue;
    held &&= holds;
    const ratio = anchorValue === 0 ? null : value / anchorValue;
    printResult({ name: 'plant', case: name, value, unit: '', anchor, anchorValue, ratio, goal: 'equal', holds });
  }
  const told: Readonly<Record<string, number>> = {
    kills: blows.filter((blow) => kills.has(blow)).length,
    'cuts of the network': blows.filter((blow) => blow === 'cut').length,
    'full disks': plant.disk.mounted ? blows.filter((blow) => blow === 'disk-full').length : 0,
    'inspections open at a kill': counts.recovered,
    'garbage set aside': counts.deadLetters,
    'reports repeated on MQTT': namespaceMes.arrivals() - received.length,
    'reports repeated by webhook': webhookMes.arrivals() - byWebhook.length,
  };
  for (const [name, value] of Object.entries(told)) {
    const alone = { anchor: '', anchorValue: null, ratio: null, goal: '', holds: null };
    printResult({ name: 'plant', case: name, value, unit: '', ...alone });
  }
  return held ? 0 : 1;
}

function outOfOrder(numbers: readonly number[]): number {
  return numbers.filter((number, index) => number < (numbers[index - 1] ?? 0)).length;
}
