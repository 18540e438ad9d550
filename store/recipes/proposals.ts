import type { Database } from '#store/database.ts';

/** A proposal as people see it, without its text. */
export interface Proposal {
  readonly proposalId: string;
  readonly stationId: string;
  readonly recipeId: string;
  readonly version: string;
  readonly sha256: string;
  readonly reason: string;
  readonly proposedBy: string;
  readonly personId: string;
  readonly proposedAt: string;
}

/** A proposal and what became of it. */
export interface DecidedProposal extends Proposal {
  readonly decisionNo: number;
  readonly decision: 'approved' | 'rejected' | 'withdrawn';
  readonly decisionReason: string;
  readonly decidedBy: string;
  readonly decidedAt: string;
}

const columns = [
  'proposal.proposalId',
  'proposal.stationId',
  'proposal.recipeId',
  'proposal.version',
  'proposal.sha256',
  'proposal.reason',
  'proposal.proposedBy',
  'proposal.personId',
  'proposal.proposedAt',
] as const;

/** Proposals that wait for another person, the oldest first. */
export function openProposalsQuery(database: Database) {
  return database
    .selectFrom('recipeProposal as proposal')
    .leftJoin('recipeDecision as decision', 'decision.proposalId', 'proposal.proposalId')
    .where('decision.proposalId', 'is', null)
    .select(columns)
    .orderBy('proposal.proposedAt')
    .orderBy('proposal.proposalId');
}

/** Those that are decided, the latest first. */
export function decidedProposalsQuery(database: Database, limit: number) {
  return database
    .selectFrom('recipeProposal as proposal')
    .innerJoin('recipeDecision as decision', 'decision.proposalId', 'proposal.proposalId')
    .select(columns)
    .select([
      'decision.decisionNo',
      'decision.decision',
      'decision.reason as decisionReason',
      'decision.decidedBy',
      'decision.decidedAt',
    ])
    .orderBy('decision.decisionNo', 'desc')
    .limit(limit);
}

/** Those that wait, and the latest that are decided. */
export async function listProposals(
  database: Database,
  decidedAtMost: number,
): Promise<{ readonly open: readonly Proposal[]; readonly decided: readonly DecidedProposal[] }> {
  return {
    open: await openProposalsQuery(database).execute(),
    decided: await decidedProposalsQuery(database, decidedAtMost).execute(),
  };
}

/** The text of a digest, from whatever proposal; null where none has it. */
export async function proposedText(database: Database, sha256: string): Promise<string | null> {
  const found = await proposedTextQuery(database, sha256).executeTakeFirst();
  return found?.yaml ?? null;
}

export function proposedTextQuery(database: Database, sha256: string) {
  return database.selectFrom('recipeProposal').select('yaml').where('sha256', '=', sha256).limit(1);
}
