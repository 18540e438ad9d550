import { problemSchema } from '#hmi/server/api.schema.ts';
import type { ServerParts } from '#hmi/server/parts.ts';
import { problem, recipeInvalid } from '#hmi/server/problem.ts';
import { triedSchema, trySchema } from '#hmi/server/recipes.schema.ts';
import { recipeBodyLimit } from '#hmi/server/routes/recipes.ts';
import type { TypedServer } from '#hmi/server/typed-server.ts';
import { checkDraft } from '#store/recipes/check-draft.ts';
import { replay } from '#store/recipes/replay.ts';

const bounds = { examplesAtMost: 200, inspectionsAtMost: 10_000 };

const busy = problem('TRIAL_RUNS', 'another draft is being tried', 'Wait until that has ended, then try again.');

/** What a draft would have said of parts that are stored. Nothing is written. */
export function addTryRoute(server: TypedServer, { database, now }: ServerParts): void {
  // Each reads thousands of records and decides on the thread that answers everybody.
  let running = false;
  server.post(
    '/api/v1/recipes/try',
    {
      config: { role: 'engineer' },
      bodyLimit: recipeBodyLimit,
      schema: {
        summary: 'Decide stored inspections of a station again by a draft, and tell which verdicts would be others',
        body: trySchema,
        response: { 200: triedSchema, 409: problemSchema, 422: problemSchema },
      },
    },
    async ({ body: { stationId, text, from } }, reply) => {
      const { loaded, faults } = checkDraft(text, now());
      if (loaded === null) return reply.code(422).send(recipeInvalid(faults));
      if (running) return reply.code(409).send(busy);
      running = true;
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      try {
        const recipes = new Map([[loaded.recipe.id, loaded]]);
        const tried = await replay(database, { stationId, from }, recipes, { ...bounds, stop: gone.signal });
        const { examples: parts, ...counts } = tried;
        return { ...counts, parts };
      } catch (error) {
        if (!gone.signal.aborted) throw error;
        return reply; // nobody waits for an answer any more
      } finally {
        running = false;
      }
    },
  );
}
