import type { CheckedDraft, NewDecision, NewProposal, Recipes, Tried } from '#hmi/server/recipes.schema.ts';
import { ask, tell } from '#hmi/web/api.ts';

const recipes = '/api/v1/recipes';

/** What an engineer asks and tells the server about recipes. */
export const recipesApi = {
  list: (signal?: AbortSignal) => ask<Recipes>(recipes, signal),
  text: (sha256: string, signal?: AbortSignal) => ask<{ readonly text: string }>(`${recipes}/${sha256}`, signal),
  check: (text: string) => tell<CheckedDraft>(`${recipes}/check`, { text }),
  tryOn: (stationId: string, text: string, from: string) => tell<Tried>(`${recipes}/try`, { stationId, text, from }),
  propose: (given: NewProposal) => tell<{ readonly proposed: boolean }>(`${recipes}/proposals`, given),
  decide: (proposalId: string, decision: NewDecision) =>
    tell<{ readonly decision: string }>(`${recipes}/proposals/${proposalId}/decision`, decision),
} as const;
