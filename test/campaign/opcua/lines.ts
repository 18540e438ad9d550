import { faultTable, type FaultName } from '#line/station/faults/bad-day.ts';
import type { ResultLine } from '../../support/result-line.ts';
import { nameOf } from './blows.ts';
import type { CountedPart, Counts } from './count.ts';
import type { Dealt } from './deal.ts';

/** Of a part struck by one of these, what the cameras show is not the part, or not whole. */
const unfit: readonly FaultName[] = ['lose', 'garble', 'corrupt', 'freeze', 'black', 'blur', 'wrong-product'];

interface Tally {
  readonly ok: number;
  readonly ng: number;
  readonly noCall: number;
  readonly doubts: ReadonlyMap<string, number>;
}

/** The figures of a campaign; those with a goal must hold. */
export function linesOf(
  counts: Counts,
  { dealt, frames }: { readonly dealt: readonly Dealt[]; readonly frames: number },
): readonly ResultLine[] {
  const zero = (name: string, value: number): ResultLine => ({
    ...lineOf(name, value, ''),
    goal: '0',
    holds: value === 0,
  });
  const okOnUnfit = counts.parts.filter(
    ({ verdict, faults }) => verdict === 1 && faults.some((fault) => unfit.some((one) => one === fault)),
  ).length;
  const { length: parts } = counts.parts;
  return [
    { ...lineOf('frames shown', counts.frames, ''), goal: `${frames}`, holds: counts.frames === frames },
    zero('frames lost unnoticed', counts.unnoticed),
    zero('triggers without a verdict', counts.undecided),
    zero('inspections decided twice', counts.decidedTwice),
    zero('results that the station refused', counts.refused),
    zero('parts with the verdict of another', counts.ofAnother),
    zero('OK on an invalid frame', okOnUnfit),
    zero('parts that the PLC released on anything but their own OK', counts.wronglyReleased),
    zero('parts with two moves of the gate', counts.movedTwice),
    ...releaseLines(counts),
    ...faultNames().flatMap((fault) => faultLines(fault, counts.parts)),
    ...[...Map.groupBy(dealt, ({ blow }) => nameOf(blow))].flatMap(([name, all]) => [
      lineOf(`${name}: dealt`, all.length, ''),
      lineOf(`${name}: told in health`, all.filter(({ told }) => told.length > 0).length, ''),
      lineOf(
        `${name}: longest way back to all verdicts`,
        Math.round(Math.max(...all.map((one) => one.recoveryMs))),
        'ms',
      ),
    ]),
    lineOf('parts', parts, ''),
  ];
}

/** What the gate did, by the PLC's own reasons. */
function releaseLines({ parts }: Counts): readonly ResultLine[] {
  const whys = Map.groupBy(
    parts.flatMap(({ moves }) => moves),
    ({ why }) => why,
  );
  const untold = parts.filter(({ moves }) => moves.length === 0).length;
  return [
    lineOf('parts that the PLC released', parts.filter(isReleased).length, 'parts', parts.length),
    ...[...whys].map(([why, moves]) => lineOf(`gate moved: ${why}`, moves.length, 'parts', parts.length)),
    // Shown while the server went away: the PLC never heard of them, and opens for none that it does not know.
    lineOf('parts of which the PLC was never told', untold, 'parts', parts.length),
  ];
}

function isReleased({ moves }: CountedPart): boolean {
  return moves.some(({ gate }) => gate === 'ok');
}

function faultLines(fault: FaultName, parts: readonly CountedPart[]): readonly ResultLine[] {
  const struck = parts.filter(({ faults }) => faults.includes(fault));
  if (struck.length === 0) return [];
  const { ok, ng, noCall } = tally(struck);
  return [
    lineOf(`${fault}: OK`, ok, 'parts', struck.length),
    lineOf(`${fault}: NG`, ng, 'parts', struck.length),
    lineOf(`${fault}: no call`, noCall, 'parts', struck.length),
  ];
}

/** What each fault did, for a person. */
export function report(counts: Counts, dealt: readonly Dealt[]): readonly string[] {
  const rows = faultNames().map(
    (fault) => [fault, counts.parts.filter(({ faults }) => faults.includes(fault))] as const,
  );
  const none = counts.parts.filter(({ faults }) => faults.length === 0);
  return [
    'fault            parts   OK   NG  no call  released  doubts of their views',
    ...[...rows, ['(none)', none] as const]
      .filter(([, struck]) => struck.length > 0)
      .map(([name, struck]) => {
        const { ok, ng, noCall, doubts } = tally(struck);
        const why = [...doubts].map(([doubt, count]) => `${doubt} ${count}`).join(', ');
        const released = struck.filter(isReleased).length;
        return `${name.padEnd(16)}${pad(struck.length, 6)}${pad(ok, 5)}${pad(ng, 5)}${pad(noCall, 9)}${pad(released, 10)}  ${why}`;
      }),
    'blow                            dealt  longest way back to all verdicts  what health said',
    ...[...Map.groupBy(dealt, ({ blow }) => nameOf(blow))].map(([name, all]) => {
      const backMs = Math.round(Math.max(...all.map((one) => one.recoveryMs)));
      const told = new Set(all.flatMap((one) => one.told));
      return `${name.padEnd(32)}${pad(all.length, 5)}${pad(backMs, 31)} ms  ${[...told].join(' | ')}`;
    }),
  ];
}

function tally(parts: readonly CountedPart[]): Tally {
  const count = (verdict: number): number => parts.filter((part) => part.verdict === verdict).length;
  const doubts = new Map<string, number>();
  for (const { messages } of parts) {
    for (const doubt of messages.flatMap(({ views }) => views.flatMap((view) => view.doubts)))
      doubts.set(doubt, (doubts.get(doubt) ?? 0) + 1);
  }
  return { ok: count(1), ng: count(2), noCall: count(3), doubts };
}

function faultNames(): readonly FaultName[] {
  return Object.keys(faultTable) as FaultName[];
}

function lineOf(name: string, value: number, unit: string, of: number | null = null): ResultLine {
  const ratio = of === null ? null : value / of;
  const anchor = of === null ? '' : 'parts struck';
  return { name: 'opcua', case: name, value, unit, anchor, anchorValue: of, ratio, goal: '', holds: null };
}

function pad(value: number, width: number): string {
  return String(value).padStart(width);
}
