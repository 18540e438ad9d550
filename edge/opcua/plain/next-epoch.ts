/** Where a counter stood, and in which epoch. */
export interface CountPosition {
  readonly epoch: string;
  readonly count: number;
}

/**
 * The epoch of a camera that has none of its own. `base` is what the camera shows of its start. A counter that ran
 * backwards has begun anew although the base stayed: then the time is added, so that no number comes twice.
 */
export function nextEpoch(last: CountPosition | null, base: string, newest: number, now: Date): string {
  if (last === null || !isOf(last.epoch, base)) return base;
  return newest >= last.count ? last.epoch : `${base}+${now.toISOString()}`;
}

function isOf(epoch: string, base: string): boolean {
  return epoch === base || epoch.startsWith(`${base}+`);
}
