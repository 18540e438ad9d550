import { describe, expect, it } from 'vitest';
import { startContractServer, type Reaction, type SeenRequest } from '../support/contract-server.ts';
import { never, question, reviewerOf } from '../support/reviewer-question.ts';
import { agree } from '../support/scripted-answers.ts';

/** A host that works on one question after the other, in the order they came. */
function firstComeFirstServed() {
  let last: Promise<unknown> = Promise.resolve();
  const served: string[] = [];
  const script = (request: SeenRequest): Promise<Reaction> => {
    const mine = last.then(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      served.push(request.id.replace(/-.*/, ''));
      return agree(request);
    });
    last = mine;
    return mine;
  };
  return { script, served };
}

describe('edge nodes that share a GPU host', () => {
  it(
    'wait for each other by no more than the cap of each, however much one of them asks',
    { timeout: 120_000 },
    async () => {
      const host = firstComeFirstServed();
      await using server = await startContractServer(host.script);
      const atOnce = 2;
      const ask = async (edge: string, count: number) => {
        const reviewer = reviewerOf(server, { atOnce });
        const asked = Array.from({ length: count }, (_, seed) =>
          reviewer.ask({ ...question, id: `${edge}-d${seed}`, seed, deadlineMs: 60_000 }, never),
        );
        return (await Promise.all(asked)).filter(({ review }) => review.kind === 'answered').length;
      };
      const greedy = ask('greedy', 30);
      await expect.poll(() => host.served.length, { timeout: 60_000 }).toBeGreaterThan(0);
      const counts = await Promise.all([greedy, ask('b', 6), ask('c', 6), ask('d', 6)]);
      expect(counts).toEqual([30, 6, 6, 6]);
      // From the first to the last question of the others the greedy one gets its turns and no more: a quarter of them.
      const theirs = host.served.flatMap((edge, at) => (edge === 'greedy' ? [] : [at]));
      const between = host.served.slice(theirs[0], (theirs.at(-1) ?? 0) + 1);
      const share = between.filter((edge) => edge === 'greedy').length / between.length;
      expect(share).toBeLessThan(0.5);
      expect(server.faults).toEqual([]);
    },
  );
});
