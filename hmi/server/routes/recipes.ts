import { z } from 'zod';
import { problemSchema } from '#hmi/server/api.schema.ts';
import type { ServerParts } from '#hmi/server/parts.ts';
import { notFound } from '#hmi/server/problem.ts';
import { checkedSchema, draftSchema, recipesSchema, recipeTextSchema } from '#hmi/server/recipes.schema.ts';
import { knownStations, stationRecipes } from '#hmi/server/station-recipes.ts';
import type { TypedServer } from '#hmi/server/typed-server.ts';
import { checkDraft } from '#store/recipes/check-draft.ts';
import { listProposals, proposedText, type Proposal } from '#store/recipes/proposals.ts';

/** The largest body with a recipe in it, in bytes: a text of 200,000 characters, escaped. */
export const recipeBodyLimit = 1024 * 1024;

const decidedShown = 50;

/** What stations run and what people want them to run, for engineers. */
export function addRecipeRoutes(server: TypedServer, parts: ServerParts): void {
  const { database, now } = parts;
  server.get(
    '/api/v1/recipes',
    {
      config: { role: 'engineer' },
      schema: {
        summary: 'Recipes that stations run, what was approved for them, and proposals',
        response: { 200: recipesSchema },
      },
    },
    async (request) => {
      const { open, decided } = await listProposals(database, decidedShown);
      const shown = <Given extends Proposal>({ personId, ...rest }: Given) => ({
        ...rest,
        mine: personId === request.person?.personId,
      });
      return { stations: await stationRecipes(parts), open: open.map(shown), decided: decided.map(shown) };
    },
  );

  server.get(
    '/api/v1/recipes/:sha256',
    {
      config: { role: 'engineer' },
      schema: {
        summary: 'The text of a recipe that runs somewhere, or was proposed',
        params: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
        response: { 200: recipeTextSchema, 404: problemSchema },
      },
    },
    async ({ params: { sha256 } }, reply) => {
      const text = (await proposedText(database, sha256)) ?? (await runningText(parts, sha256));
      return text === null ? reply.code(404).send(notFound('this recipe')) : { sha256, text };
    },
  );

  server.post(
    '/api/v1/recipes/check',
    {
      config: { role: 'engineer' },
      bodyLimit: recipeBodyLimit,
      schema: {
        summary: 'Every fault of a draft, by line and column; nothing is kept',
        body: draftSchema,
        response: { 200: checkedSchema },
      },
    },
    async ({ body }) => {
      const { loaded, faults } = checkDraft(body.text, now());
      if (loaded === null) return { recipe: null, faults };
      const { recipe, sha256 } = loaded;
      return { recipe: { recipeId: recipe.id, version: recipe.version, sha256 }, faults };
    },
  );
}

async function runningText(parts: ServerParts, sha256: string): Promise<string | null> {
  const told = await Promise.all(knownStations(parts).map((stationId) => parts.edges.recipes(stationId)));
  const running = told.flatMap((one) => (typeof one === 'string' ? [] : one.recipes));
  return running.find((one) => one.sha256 === sha256)?.text ?? null;
}
