import { deathSteps, type DeathStep } from './death-steps.ts';
import { faultTable, serverFaults, type FaultName, type ServerFault } from '#line/station/faults/bad-day.ts';

/** Something that is done to the line: a fault of the camera, a cut of the network, a kill of the edge node. */
export type BlowName = FaultName | 'cut' | 'kill';

export interface Blow {
  readonly name: BlowName;
  /** Frames or parts that it strikes, or its time in ms; 0 for a kill. */
  readonly amount: number;
  /** Where the edge node is when it is killed. */
  readonly step?: DeathStep;
}

const shortestCutMs = 300;
const longestCutMs = 8_000;
/** Long enough for the edge node to meet the limits, and to come back in between. */
const limitMs = [2_000, 5_000] as const;

/** Every kind of blow `rounds` times, a kill at every step half as often, in an order and with amounts of the seed. */
export function planBlows(rounds: number, random: () => number): readonly Blow[] {
  const names: readonly BlowName[] = [...(Object.keys(faultTable) as FaultName[]), 'cut', 'cut'];
  const kills = Array.from({ length: Math.ceil(rounds / 2) }, () => deathSteps).flat();
  const blows = [
    ...Array.from({ length: rounds }, () => names)
      .flat()
      .map((name): Blow => ({ name, amount: amountOf(name, random) })),
    ...kills.map((step): Blow => ({ name: 'kill', amount: 0, step })),
  ];
  for (let index = blows.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    [blows[index], blows[other]] = [blows[other] as Blow, blows[index] as Blow];
  }
  return blows;
}

function amountOf(name: BlowName, random: () => number): number {
  const between = (lo: number, hi: number): number => Math.round(lo + random() * (hi - lo));
  if (name === 'cut') return between(shortestCutMs, longestCutMs);
  if (name === 'restart' || name === 'certificate') return between(shortestCutMs, longestCutMs / 4);
  if (isServerFault(name)) return between(...limitMs);
  return between(1, 3);
}

export function isServerFault(name: BlowName): name is ServerFault {
  return serverFaults.some((fault) => fault === name);
}

/** True for what takes a time: parts come meanwhile. */
export function isTimed(name: BlowName): boolean {
  return name === 'cut' || name === 'kill' || isServerFault(name);
}

/** As the report calls it. */
export function nameOf({ name, step }: Blow): string {
  return step ? `${name}, ${step}` : name;
}
