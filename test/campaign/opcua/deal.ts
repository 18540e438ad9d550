import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { strikeFault, type StrikeAddress } from '#line/station/faults/strike-fault.ts';
import type { Proxy } from '../../support/tcp-proxy.ts';
import type { SpawnedProcess } from '../../support/spawn-process.ts';
import type { DeathStep } from './death-steps.ts';
import { isServerFault, isTimed, type Blow } from './blows.ts';

/** The line that is struck. */
export interface StruckLine {
  readonly station: StrikeAddress;
  readonly proxy: Proxy;
  readonly edge: SpawnedProcess;
  /** The edge node dies at the step that is written here. */
  readonly deathFile: string;
  /** Lets the edge node trust the certificate that the station shows by now. */
  readonly trust: () => Promise<void>;
  readonly decided: () => number;
  /** Lets the line show so many parts. */
  readonly goOnTo: (target: number) => void;
  /** What the edge node's health says of the station; null while it does not answer. */
  readonly stationHealth: () => Promise<string | null>;
}

/** What came of a blow that takes a time. */
export interface Dealt {
  readonly blow: Blow;
  /** From the end of the blow until every part shown has its verdict. */
  readonly recoveryMs: number;
  /** What the edge node's health said meanwhile, other than that all is well. */
  readonly told: readonly string[];
}

const lookMs = 50;
const patienceMs = 300_000;

/**
 * Deals a blow. For one that takes a time the line goes on meanwhile, up to the part before `target`; that one is shown
 * after the blow, and its verdict is waited for.
 */
export async function deal(blow: Blow, line: StruckLine, target: number): Promise<Dealt | null> {
  const { name, amount } = blow;
  const told = new Set<string>();
  const watching = new AbortController();
  const watched = watch(line, told, watching.signal);
  try {
    if (isTimed(name)) line.goOnTo(target - 1);
    if (name === 'cut') await cut(line.proxy, amount);
    else if (name === 'kill') await killAt(blow.step ?? 'verdict on disk', line);
    else {
      await strike(line.station, { fault: name, amount });
      if (!isServerFault(name)) return null;
      await sleep(amount);
      if (name === 'certificate') await trustOnceTold(line, told);
    }
    const startedMs = performance.now();
    line.goOnTo(target);
    while (line.decided() < target) {
      if (performance.now() - startedMs > patienceMs) throw new Error(`no verdict ${patienceMs} ms after a blow`);
      await sleep(lookMs);
    }
    return { blow, recoveryMs: performance.now() - startedMs, told: [...told] };
  } finally {
    watching.abort();
    await watched;
  }
}

/** Nobody trusts what was not seen: the edge node names the thumbprint first. */
async function trustOnceTold({ trust }: StruckLine, told: ReadonlySet<string>): Promise<void> {
  const deadline = AbortSignal.timeout(patienceMs);
  while (!told.values().some((text) => text.startsWith('STATION_UNTRUSTED'))) {
    deadline.throwIfAborted();
    await sleep(lookMs);
  }
  await trust();
}

/** Waits until the edge node died by its own hand at that step, and starts it again. */
async function killAt(step: DeathStep, { edge, deathFile }: StruckLine): Promise<void> {
  writeFileSync(deathFile, step);
  // The ledger is read at a start, which may not get as far as to be ready.
  if (step === 'ledger read') await edge.restart().catch(() => undefined);
  const deadline = AbortSignal.timeout(patienceMs);
  while (existsSync(deathFile)) {
    deadline.throwIfAborted();
    await sleep(5);
  }
  await edge.restart();
}

async function cut(proxy: Proxy, ms: number): Promise<void> {
  proxy.onData = () => 'cut';
  proxy.cut();
  await sleep(ms);
  proxy.onData = null;
}

/** Tries until the station is there: it may be starting. */
async function strike(address: StrikeAddress, striking: Parameters<typeof strikeFault>[1]): Promise<void> {
  const endAt = performance.now() + patienceMs;
  for (;;) {
    try {
      await strikeFault(address, striking);
      return;
    } catch (error) {
      if (performance.now() > endAt) throw error;
      await sleep(lookMs);
    }
  }
}

async function watch(line: StruckLine, told: Set<string>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const said = await line.stationHealth();
    if (said !== null) told.add(said);
    await sleep(lookMs);
  }
}
