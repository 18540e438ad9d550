import { z } from 'zod';
import { acceptanceFaults, labelFaults } from '#rules/recipe-faults.ts';
import type { AcceptanceRule, LabelRule, LockRules, ReviewLimits } from '#rules/recipe.ts';
import { addFaults, countSchema, nameSchema, rangeOf, scoreSchema, shareSchema } from '#rules/schema-parts.schema.ts';

const severitySchema = z.enum(['minor', 'major', 'critical']);

/** Limits of one defect label. */
export const labelRuleSchema = z
  .strictObject({
    label: nameSchema.describe('Defect label, as the model gives it'),
    severity: severitySchema.describe('How grave this defect is'),
    ignoreBelow: scoreSchema.describe('Below this score the detector makes no call'),
    failFrom: scoreSchema.describe("From this score on the detector's call is fail; between the two it is a doubt"),
    reviewBand: rangeOf(scoreSchema).describe(
      'Scores asked of the reviewer, [from, to): all doubtful ones at least; 1.01 as the end includes a score of 1',
    ),
    authority: z
      .enum(['explain', 'raise', 'lower', 'raise-and-lower'])
      .describe(
        'What a valid finding may do beside explaining: nothing; raise a doubt to fail; lower inside lowerBand; both',
      ),
    lowerBand: rangeOf(scoreSchema)
      .nullable()
      .describe('Scores at which a false call may be lowered, [from, to); null unless it may lower'),
  })
  .readonly()
  .check(addFaults(labelFaults)) satisfies z.ZodType<LabelRule>;

/** Detections that a good part may have. */
export const acceptanceRuleSchema = z
  .strictObject({
    ruleId: nameSchema.describe('Name of the rule, shown where it accepts or refuses'),
    labels: z.array(nameSchema).readonly().describe('Labels it speaks of'),
    severities: z.array(severitySchema).readonly().describe('Severities it speaks of, beside the labels'),
    zones: z
      .array(nameSchema)
      .min(1)
      .readonly()
      .nullable()
      .describe('A detection must lie in one of these zones; null: anywhere'),
    lengthUpToMm: z.number().min(0).nullable().describe('Largest extent in any direction in mm; null: not limited'),
    areaUpToMm2: z.number().min(0).nullable().describe('Largest area in square mm; null: not limited'),
    countUpTo: countSchema.describe('How many a good part may have'),
    countPer: z.enum(['zone', 'view', 'part']).describe('What they are counted over'),
  })
  .readonly()
  .check(addFaults(acceptanceFaults)) satisfies z.ZodType<AcceptanceRule>;

const smallBoxesSchema = z
  .discriminatedUnion('by', [
    z.strictObject({
      by: z.literal('edges').describe('By the largest distance between like edges'),
      sideUpToPx: z.number().min(0).describe('For detections whose longer side is at most this, in pixels'),
      edgeUpToPx: z.number().min(0).describe('Largest distance between like edges in pixels'),
    }),
    z.strictObject({
      by: z.literal('wasserstein').describe('By the normalized Wasserstein distance, 0..1, 1 for the same box'),
      sideUpToPx: z.number().min(0).describe('For detections whose longer side is at most this, in pixels'),
      nwdFrom: shareSchema.describe('Least normalized Wasserstein distance'),
      constantPx: z.number().gt(0).describe('Its constant in pixels: about the size of the defects'),
    }),
  ])
  .readonly();

/** Geometry and words that an answer must satisfy. */
export const reviewLimitsSchema = z
  .strictObject({
    ask: z
      .enum(['named', 'anchored', 'blind'])
      .describe(
        'What goes along with a question: named: label and score; anchored: the box too, so that the geometry may measure echoing; blind: nothing',
      ),
    iouFrom: shareSchema.describe(
      "Least intersection over union of the reviewer's box with the place that compareWith says",
    ),
    compareWith: z
      .enum(['box', 'region', 'between'])
      .describe(
        "What the reviewer's box is held against: the detection's box; the bounds of its region; edge by edge what lies nearest between the two, so that neither a tight nor a loose box is wrong for its margin",
      ),
    smallBoxes: smallBoxesSchema
      .nullable()
      .describe('How boxes of a few pixels are compared, where IoU is brittle; null: by IoU like all others'),
    areaRatio: rangeOf(z.number().min(0)).describe(
      "Area of the reviewer's box over that of the same place, [least, most]",
    ),
    areaOffUpToMm2: z
      .number()
      .min(0)
      .nullable()
      .describe('Largest difference of the two areas in square mm, on calibrated views; null: the ratio alone'),
    regionLeftOverUpTo: shareSchema.describe(
      "Most of the detection's region, as a share of its pixels, that the box may not touch",
    ),
    confusable: z
      .array(z.tuple([nameSchema, nameSchema]).readonly())
      .readonly()
      .describe('Pairs of labels that count as the same when the reviewer names one for the other'),
    benignCauses: z.array(nameSchema).readonly().describe('Causes that a false call may name, e.g. dust'),
  })
  .readonly() satisfies z.ZodType<ReviewLimits>;

/** When a station stops until a person releases it. */
export const lockRulesSchema = z
  .strictObject({
    failsInRow: countSchema.nullable().describe('Lock after so many failed parts in a row; null: never'),
    undecidedInRow: countSchema.nullable().describe('Lock after so many undecided parts in a row; null: never'),
    bypass: z
      .strictObject({
        shareUpTo: shareSchema.describe('Most parts, as a share, that may go without a valid answer they were to have'),
        lastParts: countSchema.describe('Over so many of the last parts'),
      })
      .readonly()
      .nullable()
      .describe('Lock when the reviewer is bypassed too often; null: never'),
    challenge: z
      .strictObject({
        everyParts: countSchema.describe('At most so many parts between two challenge parts'),
        everyHours: z.number().gt(0).describe('At most so many hours between two challenge parts'),
      })
      .readonly()
      .nullable()
      .describe('Lock when a known bad part is overdue; one that does not fail always locks. null: none is due'),
  })
  .readonly() satisfies z.ZodType<LockRules>;
