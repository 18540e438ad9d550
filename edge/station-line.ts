import type { FaultError } from '#host/fault.ts';
import type { Trigger } from '#edge/trigger.ts';
import type { VerdictKind } from '#rules/verdict.ts';

/** A trigger in the station's ledger that has no result yet. */
export interface OpenTrigger extends Trigger {
  /** View id to frame id. */
  readonly frameIds: Readonly<Record<string, number>>;
}

/** What the line is told about one trigger. */
export interface StationResult {
  readonly sequence: number;
  readonly epoch: string;
  readonly triggerNo: number;
  readonly serial: string;
  readonly inspectionId: string;
  readonly verdict: VerdictKind;
}

/** A verdict that is on disk. */
export interface DecidedTrigger {
  readonly trigger: Trigger;
  readonly inspectionId: string;
  readonly sequence: number;
  readonly verdict: VerdictKind;
}

/**
 * What the line is told of a verdict; every way to the line goes through here. A known bad part that the inspection
 * took for good is NG to the line: the record keeps what was decided, and the gate stays shut whatever the PLC knows.
 */
export function resultOf({ trigger, inspectionId, sequence, verdict }: DecidedTrigger): StationResult {
  const { epoch, triggerNo, serial, challenge } = trigger;
  const told = challenge && verdict === 'pass' ? 'fail' : verdict;
  return { sequence, epoch, triggerNo, serial, inspectionId, verdict: told };
}

/** `taken`: it is in the station's ledger. `refused`: the station never takes it, e.g. another inspection decided it. */
export type ResultAnswer = { readonly kind: 'taken' } | { readonly kind: 'refused'; readonly why: string };

/** An edge node reads frames and gives verdicts over a connection each. */
export type StationConnectionName = 'camera' | 'line';

/** Whether the station answers; the fault says why not. */
export type StationState =
  | { readonly kind: 'connected' }
  /** It answers, and something is worse than it could be. */
  | { readonly kind: 'limited'; readonly why: string }
  | { readonly kind: 'disconnected'; readonly fault: FaultError; readonly retryInMs: number };

/** The station as the edge node writes to it. */
export interface StationLine {
  /** The station's triggers without a result, oldest first. Waits for the station for ever. */
  openTriggers(signal: AbortSignal): Promise<readonly OpenTrigger[]>;
  /**
   * Gives one result to the line and waits until it is latched. One after the other, in the order of the calls;
   * connects again for ever, and may be repeated after a restart: the same inspection counts once.
   * @throws the signal's reason when aborted; FaultError STATION_PROTOCOL when the server has no result nodes
   */
  write(result: StationResult, signal: AbortSignal): Promise<ResultAnswer>;
}
