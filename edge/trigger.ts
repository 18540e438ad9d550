/** What the station says of a trigger; the same for every frame of one part. */
export interface Trigger {
  /** Made new at each start of the camera; `triggerNo` counts within it. */
  readonly epoch: string;
  readonly triggerNo: number;
  readonly serial: string;
  readonly attempt: number;
  readonly lot: string;
  readonly productId: string;
  readonly recipeId: string;
  /** ISO 8601 UTC, by the clock of the station. */
  readonly triggeredAt: string;
  readonly simulated: boolean;
  /** A known bad part, shown to prove the inspection: it must fail, and counts in no yield. */
  readonly challenge: boolean;
}

/** One string for a trigger, for maps and sets. */
export function triggerKey(trigger: Pick<Trigger, 'epoch' | 'triggerNo'>): string {
  return `${trigger.epoch}#${trigger.triggerNo}`;
}
