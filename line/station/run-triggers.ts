import { setTimeout as sleep } from 'node:timers/promises';
import type { OpenTrigger } from '#edge/station-line.ts';
import type { PartSource, ShownPart } from '#line/part-source.ts';
import type { Station } from '#line/station/start-station.ts';

export interface TriggerRun {
  readonly station: Station;
  readonly source: PartSource;
  /** Time between two parts; null: the PLC asks for each. */
  readonly intervalMs: number | null;
  /** Parts to trigger; Infinity = until stopped. A source that ends ends it too. */
  readonly parts: number;
  /** Runs before each part is shown. */
  readonly before: (part: ShownPart) => Promise<void>;
  readonly triggered: () => void;
  /** Hears once that the line stands still because results are outstanding. */
  readonly standing: (triggerNo: number) => void;
}

const standingLookMs = 20;

/**
 * Shows part after part, at a steady pace or when the PLC asks, going on where the ledger ends; a source with an end
 * begins anew after its last part, yet shows none twice in one run. Waits for no verdict, except where the ring would
 * overwrite frames of undecided parts: then the line stands still. Returns after the last part or when the signal aborts.
 */
export async function runTriggers(run: TriggerRun, stop: AbortSignal): Promise<void> {
  const { station, source, intervalMs } = run;
  const first = station.ledger.partsShown();
  const parts = Math.min(run.parts, source.count);
  let dueAt = performance.now();
  for (let shown = 0; shown < parts && !stop.aborted; shown += 1) {
    const number = Number.isFinite(source.count) ? (first + shown) % source.count : first + shown;
    const part = await source.part(number);
    await run.before(part);
    if (intervalMs === null) await untilAsked(number, run, stop);
    else await sleep(Math.max(0, dueAt - performance.now()), undefined, { signal: stop });
    station.gate.answer(await show(part, run, stop));
    run.triggered();
    if (intervalMs !== null) dueAt = Math.max(dueAt, performance.now() - intervalMs) + intervalMs;
  }
}

/** Waits until the PLC asks for an ordinary part, and shows every known bad one that it asks for before. */
async function untilAsked(number: number, run: TriggerRun, stop: AbortSignal): Promise<void> {
  const { gate } = run.station;
  for (;;) {
    await gate.asked(stop);
    if (!gate.challenges()) return;
    // Without a known bad part the ordinary one comes, and the PLC is told so by its serial alone.
    const challenge = await run.source.challenge(number);
    if (challenge === null) return;
    gate.answer(await show(challenge, run, stop));
  }
}

/** Triggers a part as soon as the ring has room for it. */
async function show(part: ShownPart, { station, standing }: TriggerRun, stop: AbortSignal): Promise<OpenTrigger> {
  for (let tries = 0; ; tries += 1) {
    const trigger = station.trigger(part);
    if (trigger !== null) return trigger;
    if (tries === 0) standing(station.ledger.lastTriggerNo() + 1);
    await sleep(standingLookMs, undefined, { signal: stop });
  }
}
