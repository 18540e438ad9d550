import type { Database } from '#store/database.ts';

/** A station as its topics name it, and the number of the latest approval for it. */
export interface ApprovalHead {
  readonly site: string;
  readonly line: string;
  readonly stationId: string;
  readonly approvalNo: number;
}

/** Stations that have sent something and for which something was approved. */
export async function approvalHeads(database: Database): Promise<readonly ApprovalHead[]> {
  return approvalHeadsQuery(database).execute();
}

export function approvalHeadsQuery(database: Database) {
  return database
    .selectFrom('recipeDecision as decision')
    .innerJoin('recipeProposal as proposal', 'proposal.proposalId', 'decision.proposalId')
    .innerJoin(
      (eb) => eb.selectFrom('stationMark').select(['site', 'line', 'stationId']).distinct().as('station'),
      (join) => join.onRef('station.stationId', '=', 'proposal.stationId'),
    )
    .where('decision.decision', '=', 'approved')
    .select(['station.site', 'station.line', 'station.stationId'])
    .select((eb) => eb.fn.max('decision.decisionNo').as('approvalNo'))
    .groupBy(['station.site', 'station.line', 'station.stationId'])
    .orderBy('station.site')
    .orderBy('station.line')
    .orderBy('station.stationId');
}

/** An approved recipe with its approval. */
export interface ApprovedRecipe {
  readonly approvalNo: number;
  readonly stationId: string;
  readonly recipeId: string;
  readonly version: string;
  readonly sha256: string;
  readonly yaml: string;
}

/** Of each station and recipe the one approved last; of one station where it is named. */
export async function approvedRecipes(database: Database, stationId?: string): Promise<readonly ApprovedRecipe[]> {
  return approvedRecipesQuery(database, stationId).execute();
}

export function approvedRecipesQuery(database: Database, stationId?: string) {
  return database
    .selectFrom('recipeDecision as decision')
    .innerJoin('recipeProposal as proposal', 'proposal.proposalId', 'decision.proposalId')
    .where('decision.decision', '=', 'approved')
    .$if(stationId !== undefined, (query) => query.where('proposal.stationId', '=', stationId ?? ''))
    .distinctOn(['proposal.stationId', 'proposal.recipeId'])
    .select([
      'decision.decisionNo as approvalNo',
      'proposal.stationId',
      'proposal.recipeId',
      'proposal.version',
      'proposal.sha256',
      'proposal.yaml',
    ])
    .orderBy('proposal.stationId')
    .orderBy('proposal.recipeId')
    .orderBy('decision.decisionNo', 'desc');
}
