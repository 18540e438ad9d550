import { z } from 'zod';

// Bodies and answers of the routes about recipes.

const named = { recipeId: z.string(), version: z.string(), sha256: z.string() };
// What the database can hold as it is, and with its digest.
const text = z
  .string()
  .min(1)
  .max(200_000)
  .refine((given) => given.isWellFormed() && !given.includes('\0'), 'holds characters that no text has');
const reason = z.string().trim().min(1).max(2000);

const proposalSchema = z.object({
  ...named,
  proposalId: z.string(),
  stationId: z.string(),
  reason: z.string(),
  proposedBy: z.string(),
  /** True where who asks has proposed it: then another has to approve. */
  mine: z.boolean(),
  proposedAt: z.string(),
});

export const recipesSchema = z.object({
  stations: z
    .array(
      z.object({
        stationId: z.string(),
        /** Why its edge node does not answer; null where it does. */
        trouble: z.string().nullable(),
        /** Why it does not run what it was given, and what to do; null where there is nothing. */
        refused: z.object({ detail: z.string(), wayOut: z.string() }).nullable(),
        /** False: it runs its folder alone. null: not known. */
        takesApproved: z.boolean().nullable(),
        running: z.array(z.object({ ...named, source: z.enum(['folder', 'approved']) })).readonly(),
        /** The newest approval of each recipe; `runs` null: not known. */
        approved: z.array(z.object({ ...named, runs: z.boolean().nullable() })).readonly(),
        /** What its last stored part was decided by. */
        lastPart: z.object({ ...named, decidedAt: z.string() }).nullable(),
      }),
    )
    .readonly(),
  open: z.array(proposalSchema).readonly(),
  decided: z
    .array(
      proposalSchema.extend({
        decision: z.enum(['approved', 'rejected', 'withdrawn']),
        decisionReason: z.string(),
        decidedBy: z.string(),
        decidedAt: z.string(),
      }),
    )
    .readonly(),
});

export const recipeTextSchema = z.object({ sha256: z.string(), text: z.string() });

export const draftSchema = z.strictObject({ text });

const faultSchema = z.object({ line: z.number(), column: z.number(), message: z.string() });

export const checkedSchema = z.object({
  /** null: it has faults. */
  recipe: z.object(named).nullable(),
  faults: z.array(faultSchema).readonly(),
});

export const newProposalSchema = z.strictObject({
  proposalId: z.uuid().describe('Made by whoever asks: the same id again changes nothing'),
  stationId: z.string().min(1).max(200),
  text,
  reason,
});

export const newDecisionSchema = z.strictObject({ decision: z.enum(['approved', 'rejected', 'withdrawn']), reason });

export const trySchema = z.strictObject({
  stationId: z.string().min(1).max(200),
  text,
  from: z.iso.datetime().optional().describe('Decided at or after'),
});

const verdict = z.enum(['pass', 'fail', 'undecided']);

export const triedSchema = z.object({
  inspections: z.number(),
  same: z.number(),
  /** Decided by other recipes than the one of this id. */
  withoutRecipe: z.number(),
  changed: z.array(z.object({ before: verdict, after: verdict, count: z.number() })).readonly(),
  /** Some of those changed. */
  parts: z
    .array(
      z.object({
        inspectionId: z.string(),
        serial: z.string(),
        decidedAt: z.string(),
        before: verdict,
        after: verdict,
      }),
    )
    .readonly(),
  /** True where there were more inspections than were looked at. */
  cut: z.boolean(),
});

export type Recipes = z.infer<typeof recipesSchema>;
export type StationRecipes = Recipes['stations'][number];
export type OpenProposal = Recipes['open'][number];
export type DecidedProposal = Recipes['decided'][number];
export type CheckedDraft = z.infer<typeof checkedSchema>;
export type Tried = z.infer<typeof triedSchema>;
export type NewProposal = z.infer<typeof newProposalSchema>;
export type NewDecision = z.infer<typeof newDecisionSchema>;
