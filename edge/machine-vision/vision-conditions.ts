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

/** What a component's health means for a vision system; null for nothing to tell. */
export function conditionOf(
  name: string,
  { state, stops }: Pick<ComponentHealth, 'state' | 'stops'>,
): VisionCondition | null {
  if (state === 'ok') return null;
  if (state === 'warning') return { type: 'VisionWarningConditionType', severity: 500, stops: false, blocks: false };
  if (mendsItself.has(name)) return { type: 'VisionErrorConditionType', severity: 700, stops, blocks: false };
  return { type: 'VisionPersistentErrorConditionType', severity: 900, stops, blocks: stops };
}
