import type { Health } from '#edge/health.ts';
import type { Lock, LockCode } from '#rules/locks.ts';

/** What a person does before the station is released. */
const waysOut: Readonly<Record<LockCode, string>> = {
  'fails-in-row': 'Look at the process and at the parts that failed',
  'undecided-in-row': 'Look at camera, light and golden sample',
  'bypass-rate': 'See that the reviewer answers',
  'challenge-failed':
    'Find out why the inspection missed a known defect; inspect again what passed since the last proof',
  'challenge-overdue': 'Show a known bad part',
  'approval-ended': 'Approve golden sample and calibration anew, in the recipe',
};

/** Turns the lock of a station into its health. */
export function showLock(health: Health, lock: Lock | null): void {
  if (lock === null) return health.set('lock', 'ok', 'not locked');
  const { code, value, limit, detail, at } = lock;
  const figures = [value === null ? '' : `${value}`, limit === null ? '' : `limit ${limit}`, detail];
  const words = figures.filter((word) => word !== '').join(', ');
  const wayOut = `${waysOut[code]}, then release the station: npm run edge -- release URL --by NAME --reason TEXT.`;
  health.set('lock', 'fault', `locked since ${at}: ${code}${words === '' ? '' : ` (${words})`}`, { wayOut, code });
}
