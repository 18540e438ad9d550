import type { DatabaseSync } from 'node:sqlite';
import { showLock } from '#edge/control/lock-health.ts';
import { createRecipeMemory } from '#edge/control/recipe-memory.ts';
import { createStationControl, type StationControl } from '#edge/control/station-control.ts';
import { openStationLocks, type StationLocks } from '#edge/control/station-locks.ts';
import type { Health } from '#edge/health.ts';
import type { StationRecipes } from '#edge/inspect/station-recipes.ts';
import type { Log } from '#host/log.ts';

export interface ControlPlace {
  readonly recipes: StationRecipes;
  readonly health: Health;
  readonly log: Log;
  /** Of the outbox: what is remembered stands beside the verdicts. */
  readonly database: DatabaseSync;
  readonly now: () => Date;
}

/** Opens what an edge node remembers of its line: the recipe in force, the counts and the lock. */
export function openControl({ recipes, health, log, database, now }: ControlPlace): {
  readonly control: StationControl;
  readonly locks: StationLocks;
} {
  const lockCode = (): string => locks.lock()?.code ?? '';
  const control = createStationControl({ recipes, health, memory: createRecipeMemory(database), lock: lockCode });
  const locks = openStationLocks(database, now, (lock) => {
    showLock(health, lock);
    if (lock) log.error({ ...lock }, 'station locked');
    else log.info('station not locked');
    control.lookAgain();
  });
  return { control, locks };
}
