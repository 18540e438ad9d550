import type { ColumnType, Generated } from 'kysely';

type Filled = ColumnType<string, string | undefined, never>;

/** A recipe that somebody proposed for a station; append-only. */
export interface RecipeProposalTable {
  proposalId: string;
  stationId: string;
  recipeId: string;
  version: string;
  sha256: string;
  yaml: string;
  reason: string;
  /** Name of the person. */
  proposedBy: string;
  personId: string;
  proposedAt: Filled;
}

/** What became of a proposal; one each, append-only. */
export interface RecipeDecisionTable {
  /** Rises; that of an approval is its number. */
  decisionNo: Generated<number>;
  proposalId: string;
  /** Who proposed it: the table refuses an approval by the same person. */
  proposedById: string;
  decision: 'approved' | 'rejected' | 'withdrawn';
  reason: string;
  decidedBy: string;
  personId: string;
  decidedAt: Filled;
}

export interface RecipeTables {
  recipeProposal: RecipeProposalTable;
  recipeDecision: RecipeDecisionTable;
}
