import type { ComponentHealth } from '#edge/health.ts';

/** Types of conditions after OPC 40100-1, section 11.3. */
export type ConditionType =
  | 'VisionWarningConditionType'
  | 'VisionErrorConditionType'
  | 'VisionPersistentErrorConditionType';

/** A component's trouble as a condition. */
export interface VisionCondition {
  readonly type: ConditionType;
  /** Within the range that table 128 gives the type. */
  readonly severity: number;
  /** No part is inspected meanwhile: the vision system is in Error. */
  readonly stops: boolean;
  /** A person has to do something before it goes on. */
  readonly blocks: boolean;
}

// Tried again for ever by the edge node itself.
const mendsItself = new Set(['station', 'broker', 'reviewer']);
// Parts get their verdicts all the same.
const goesOnWithout = new Set(['broker', 'reviewer', 'evidence', 'outbox', 'machine-vision']);

/** What a component's health means for a vision system; null for nothing to tell. */
export function conditionOf(
  name: string,
  { state }: Pick<ComponentHealth, 'state'>,
  stationReached: boolean,
): VisionCondition | null {
  if (state === 'ok') return null;
  // Health calls a lost connection a warning, since it comes back; no frame comes over it meanwhile.
  const unreachable = name === 'station' && state === 'warning' && !stationReached;
  if (state === 'warning' && !unreachable)
    return { type: 'VisionWarningConditionType', severity: 500, stops: false, blocks: false };
  const stops = !goesOnWithout.has(name);
  if (unreachable || (mendsItself.has(name) && !stops))
    return { type: 'VisionErrorConditionType', severity: 700, stops, blocks: false };
  return { type: 'VisionPersistentErrorConditionType', severity: 900, stops, blocks: stops };
}
