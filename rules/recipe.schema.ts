import { z } from 'zod';
import { acceptanceRuleSchema, labelRuleSchema, lockRulesSchema, reviewLimitsSchema } from '#rules/decision.schema.ts';
import { deadlineFaults } from '#rules/recipe-faults.ts';
import type { Recipe } from '#rules/recipe.ts';
import { addFaults, countSchema, nameSchema, rangeOf, shareSchema } from '#rules/schema-parts.schema.ts';
import { viewRuleSchema } from '#rules/view-rule.schema.ts';

const frameSchema = z
  .strictObject({
    widthPx: rangeOf(countSchema).describe('Width of a frame in pixels, [least, most]'),
    heightPx: rangeOf(countSchema).describe('Height of a frame in pixels, [least, most]'),
    meanGrey: rangeOf(z.number().min(0).max(255)).describe('Mean grey level of a frame, 0..255, [least, most]'),
    sharpnessFrom: z.number().min(0).describe('Least variance of the Laplacian over grey levels'),
    contrastFrom: z.number().min(0).describe('Least standard deviation of grey levels: an empty fixture has little'),
    residualUpTo: shareSchema.describe(
      'Most of the pixels, as a share, that may still differ from the golden once aligned',
    ),
    repeatedWithin: z
      .int()
      .min(0)
      .max(64)
      .describe(
        'A frame whose pixels are those of one of so many frames of its view before it, of another part, is doubtful',
      ),
  })
  .readonly();

const candidatesSchema = z
  .strictObject({
    askFrom: z
      .number()
      .min(0)
      .describe('Candidates of the net from this score on count, and are asked of the reviewer'),
    differenceFromPx: z
      .int()
      .min(1)
      .nullable()
      .describe(
        'Regions that differ from the golden in so many pixels, and in which the detector sees no defect, count as well; null: they do not',
      ),
    atMost: z.int().min(0).describe('At most this many candidates a view are asked, the strongest first'),
    hold: z
      .enum(['always', 'until-cleared', 'never'])
      .describe('Whether such a candidate keeps the part undecided: always; until a valid false call clears it; never'),
  })
  .readonly();

const deadlinesSchema = z
  .strictObject({
    viewsMs: countSchema.describe('From the trigger until the last view must be there'),
    reviewMs: countSchema.describe('From the trigger until the last answer of the reviewer counts'),
    taktMs: countSchema.describe('From the trigger until the verdict must be on the line'),
  })
  .readonly()
  .check(addFaults(deadlineFaults));

/** A recipe file. What its parts say against each other is found by `crossFaults`. */
export const recipeSchema = z
  .strictObject({
    schemaVersion: z.literal(1).describe('Version of this form'),
    id: nameSchema.describe('Id by which a trigger names the recipe'),
    version: z
      .string()
      .regex(/^\d+\.\d+\.\d+$/, 'no version such as 1.0.0')
      .describe('Version of the recipe: major.minor.patch'),
    description: z.string().min(1).describe('What is inspected, in one sentence'),
    model: z
      .string()
      .min(1)
      .describe(
        'Folder name in HAIRLINE_MODEL_DIR (detector/models), or a path that ends in manifest.json, from where the process starts',
      ),
    views: z.array(viewRuleSchema).min(1).readonly().describe('Views of a part; all of them must arrive'),
    labels: z.array(labelRuleSchema).min(1).readonly().describe('Limits of each defect label of the model'),
    acceptance: z
      .array(acceptanceRuleSchema)
      .readonly()
      .describe('Detections that a good part may have; the first rule that fits one counts it; empty: none'),
    frame: frameSchema.describe('Limits of a frame that is fit to judge'),
    review: reviewLimitsSchema.describe('Geometry and words that an answer of the reviewer must satisfy to count'),
    candidates: candidatesSchema.describe('Suspicions on which the detector makes no call'),
    independentKinds: z
      .array(z.enum(['other-view', 'other-exposure', 'classical-measurement']))
      .readonly()
      .describe('Kinds of independent evidence that count for lowering; empty: nothing may be lowered'),
    deadlines: deadlinesSchema.describe('Times from the trigger in milliseconds'),
    locks: lockRulesSchema.describe('When the station stops giving verdicts until a person releases it'),
    explanationLanguage: z.enum(['en', 'zh']).describe('Language of the explanations shown to people'),
  })
  .readonly() satisfies z.ZodType<Recipe>;
