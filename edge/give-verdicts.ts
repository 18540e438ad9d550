import type { Log } from '#host/log.ts';
import type { Health } from '#edge/health.ts';
import type { Outbox } from '#edge/outbox/outbox.ts';
import type { StationLine, StationResult } from '#edge/station-line.ts';

export interface GiveTools {
  readonly line: StationLine;
  readonly outbox: Outbox;
  readonly log: Log;
  readonly health: Health;
  readonly now: () => Date;
}

/** Gives committed verdicts to the station, one at a time, in the order in which they were announced. */
export interface Giver {
  /**
   * Takes the next place in the order for a verdict still being made; null for one that will not be made by this
   * process. Resolves when it is given or left for the next process.
   */
  give(committed: Promise<StationResult | null>): Promise<void>;
}

/** After `signal` aborts nothing more is written: what is not given is given by the next process. */
export function createGiver(tools: GiveTools, signal: AbortSignal): Giver {
  let last: Promise<void> = Promise.resolve();
  return {
    give: (committed) => {
      const before = last;
      const turn = async (): Promise<void> => {
        // A commit that failed ends the process through its own promise; the order must not hang on it.
        const [result] = await Promise.all([committed, before]);
        if (result && !signal.aborted) await giveOne(result, tools, signal);
      };
      const given = turn();
      last = given.catch(() => before);
      return given;
    },
  };
}

async function giveOne(result: StationResult, tools: GiveTools, signal: AbortSignal): Promise<void> {
  const { inspectionId, triggerNo, serial, verdict } = result;
  const facts = { inspectionId, triggerNo, serial, verdict };
  try {
    const answer = await tools.line.write(result, signal);
    const refusal = answer.kind === 'refused' ? answer.why : '';
    tools.outbox.markGiven(inspectionId, tools.now().toISOString(), refusal);
    if (answer.kind === 'taken') return;
    tellRefused(refusal, tools.health);
    tools.log.error({ ...facts, refusal }, 'verdict refused by the station');
  } catch (error) {
    if (signal.aborted) return;
    tools.health.set(
      'inspection',
      'fault',
      'verdicts cannot be written',
      'See that the server has the nodes of docs/opcua.md, then start the edge node again.',
    );
    tools.log.error({ ...facts, err: error }, 'verdict not given; it is tried again at the next start');
  }
}

/** A verdict that could not be written keeps the station from inspecting until the next start, whatever came after it. */
function tellRefused(refusal: string, health: Health): void {
  if (health.read().components['inspection']?.state === 'fault') return;
  health.set('inspection', 'warning', `the station refused a verdict: ${refusal}`, 'Look at the part by hand.');
}
