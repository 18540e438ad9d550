import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { appendDisposition } from '#store/append-disposition.ts';
import type { Database } from '#store/database.ts';
import { listInspections } from '#store/queries/list-inspections.ts';
import type { Blow } from './chaos.ts';
import { stations, type RunningPlant } from './start-plant.ts';
import { settleMs, until } from './until.ts';

export interface Storm {
  readonly perStation: number;
  readonly blows: readonly Blow[];
  readonly deal: Readonly<Record<Blow, () => Promise<void>>>;
  readonly say: (text: string) => void;
}

/** Every so many blows the plant comes to itself: else blows would only ever meet processes that are starting. */
const roundOf = 5;
const calmAtMost = 60;

/** Deals the blows while parts come, spread evenly over them. Returns how many dispositions were appended meanwhile. */
export async function storm(plant: RunningPlant, { perStation, blows, deal, say }: Storm): Promise<number> {
  const startedAt = performance.now();
  let dispositions = 0;
  for (const [index, blow] of blows.entries()) {
    const dealt = index + 1;
    const target = Math.ceil((perStation * dealt) / blows.length);
    plant.order({ target });
    // Within the parts of this blow, which take the edge nodes a few milliseconds each.
    await sleep(20 + (index % 7) * 20);
    await deal[blow]();
    if (dealt % roundOf !== 0) continue;
    const calm = () => plant.triggered() >= (target - 50) * stations.length && plant.waiting() <= calmAtMost;
    if (!(await until(calm, settleMs))) say('the plant does not come to itself; going on');
    dispositions += await disposeOfLatest(plant.database);
    const minutesLeft = (((performance.now() - startedAt) / dealt) * (blows.length - dealt)) / 60_000;
    say(
      `${dealt} of ${blows.length} blows, ${plant.triggered()} parts, ${plant.waiting()} not yet stored; about ${minutesLeft.toFixed(1)} min left`,
    );
  }
  return dispositions;
}

/** Appends a disposition to the latest inspection; 0 where the database is away just now. */
async function disposeOfLatest(database: Database): Promise<number> {
  try {
    const [latest] = (await listInspections(database, { limit: 1 })).inspections;
    if (!latest) return 0;
    const decided = {
      disposition: 'hold',
      verified: null,
      reason: 'campaign',
      decidedBy: 'campaign',
      personId: null,
      address: null,
    } as const;
    const { inspectionId } = latest;
    const answer = await appendDisposition(database, { dispositionId: randomUUID(), inspectionId, ...decided });
    return answer === 'appended' ? 1 : 0;
  } catch {
    return 0;
  }
}
