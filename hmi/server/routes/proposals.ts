import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { problemSchema } from '#hmi/server/api.schema.ts';
import type { ServerParts } from '#hmi/server/parts.ts';
import { notFound, problem, recipeInvalid } from '#hmi/server/problem.ts';
import { newDecisionSchema, newProposalSchema } from '#hmi/server/recipes.schema.ts';
import { actorOf } from '#hmi/server/roles.ts';
import { recipeBodyLimit } from '#hmi/server/routes/recipes.ts';
import { knownStations } from '#hmi/server/station-recipes.ts';
import type { TypedServer } from '#hmi/server/typed-server.ts';
import { checkDraft, type CheckedDraft } from '#store/recipes/check-draft.ts';
import { decideProposal } from '#store/recipes/decide-proposal.ts';
import { proposeRecipe, type PersonActor } from '#store/recipes/propose-recipe.ts';

const refusals = {
  open: problem(
    'PROPOSAL_OPEN',
    'another proposal of this recipe waits at this station',
    'Have it approved, rejected or withdrawn first.',
  ),
  'version-taken': problem(
    'VERSION_TAKEN',
    'another text has this version, and records name recipes by it',
    'Give the draft a version of its own.',
  ),
  'approved-already': problem('RUNS_ALREADY', 'the station has this text already', 'Change the draft first.'),
  'unknown-proposal': notFound('this proposal'),
  'decided-already': problem('DECIDED_ALREADY', 'somebody has decided this proposal', 'Load the page again.'),
  'same-person': problem(
    'SECOND_PERSON_REQUIRED',
    'who proposes a recipe does not decide about it',
    'Ask another engineer or admin; what you proposed yourself you may withdraw.',
  ),
  'other-person': problem('NOT_YOURS', 'only who proposed it may withdraw it', 'Reject it instead.'),
} as const;

/** A change of recipe: one person proposes, another approves or rejects. */
export function addProposalRoutes(server: TypedServer, parts: ServerParts): void {
  const { database, now } = parts;
  server.post(
    '/api/v1/recipes/proposals',
    {
      config: { role: 'engineer' },
      bodyLimit: recipeBodyLimit,
      schema: {
        summary: 'Propose a recipe for a station, with a reason; it runs once another person has approved it',
        body: newProposalSchema,
        response: {
          201: z.object({ proposed: z.boolean() }),
          404: problemSchema,
          409: problemSchema,
          422: problemSchema,
        },
      },
    },
    async (request, reply) => {
      const { stationId, text, ...rest } = request.body;
      if (!knownStations(parts).includes(stationId)) return reply.code(404).send(notFound('this station'));
      const { loaded: draft, faults } = checkDraft(text, now());
      if (draft === null) return reply.code(422).send(recipeInvalid(faults));
      const outcome =
        (await clashWithRunning(parts, stationId, draft)) ??
        (await proposeRecipe(database, { ...rest, stationId, draft }, personOf(request)));
      if (outcome === 'proposed' || outcome === 'again')
        return reply.code(201).send({ proposed: outcome === 'proposed' });
      return reply.code(409).send(refusals[outcome]);
    },
  );

  server.post(
    '/api/v1/recipes/proposals/:id/decision',
    {
      config: { role: 'engineer' },
      schema: {
        summary: 'Approve or reject what another person proposed, or withdraw what one proposed oneself',
        params: z.object({ id: z.uuid() }),
        body: newDecisionSchema,
        response: {
          201: z.object({ decision: z.string() }),
          403: problemSchema,
          404: problemSchema,
          409: problemSchema,
          422: problemSchema,
        },
      },
    },
    async (request, reply) => {
      const given = { proposalId: request.params.id, ...request.body };
      const outcome = await decideProposal(database, given, personOf(request), now());
      if (outcome === 'decided') return reply.code(201).send({ decision: given.decision });
      if (typeof outcome === 'object') return reply.code(422).send(recipeInvalid(outcome.faults));
      if (outcome === 'unknown-proposal') return reply.code(404).send(refusals[outcome]);
      const status = outcome === 'decided-already' || outcome === 'version-taken' ? 409 : 403;
      return reply.code(status).send(refusals[outcome]);
    },
  );
}

/** The recipe of this id that the station runs from its folder has no proposal, but counts as one that was approved. */
async function clashWithRunning(
  { edges }: ServerParts,
  stationId: string,
  { recipe: { id, version }, sha256 }: NonNullable<CheckedDraft['loaded']>,
): Promise<'version-taken' | 'approved-already' | null> {
  const told = await edges.recipes(stationId);
  const running = typeof told === 'string' ? undefined : told.recipes.find((one) => one.recipeId === id);
  if (running?.sha256 === sha256) return 'approved-already';
  return running?.version === version ? 'version-taken' : null;
}

/** The guard lets nobody here without an account: only accounts have this role. */
function personOf(request: FastifyRequest): PersonActor {
  const { personId, ...actor } = actorOf(request);
  if (personId === null) throw new Error('a role of engineer without an account');
  return { ...actor, personId };
}
