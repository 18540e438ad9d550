import { z } from 'zod';
import type { LabelRule, Recipe } from '#rules/recipe.ts';

const severities = ['minor', 'major', 'critical'] as const;
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'a name of letters, digits, ".", "_" and "-"');
const share = z.number().min(0).max(1);
const wholePx = z.int().min(1);
const timeMs = z.int().min(1);

function range<Value extends z.ZodType<number>>(value: Value) {
  return z.tuple([value, value]).readonly();
}

const viewSchema = z
  .strictObject({
    viewId: name.describe('Name of the view, as the camera gives it'),
    golden: z.enum(['required', 'none']).describe('Whether the tested part is compared with a golden sample'),
  })
  .readonly();

const labelSchema = z
  .strictObject({
    label: name.describe('Defect label, as the model gives it'),
    severity: z.enum(severities).describe('How grave this defect is'),
    ignoreBelow: share.describe('Below this score the detector makes no call'),
    failFrom: share.describe("From this score on the detector's call is fail; between the two it is a doubt"),
    reviewBand: range(z.number().min(0).max(1.01)).describe(
      'Scores asked of the reviewer, [from, to): all doubtful ones at least; 1.01 as the end includes a score of 1',
    ),
    authority: z
      .enum(['explain', 'raise', 'lower'])
      .describe('What a valid finding may do: explain only; also raise a doubt to fail; also lower inside lowerBand'),
    lowerBand: range(z.number().min(0).max(1.01))
      .nullable()
      .describe('Scores at which a false call may be lowered, [from, to); null unless authority is lower'),
  })
  .readonly() satisfies z.ZodType<LabelRule>;

const frameSchema = z
  .strictObject({
    widthPx: range(wholePx).describe('Width of a frame in pixels, [least, most]'),
    heightPx: range(wholePx).describe('Height of a frame in pixels, [least, most]'),
    meanGrey: range(z.number().min(0).max(255)).describe('Mean grey level of a frame, 0..255, [least, most]'),
    sharpnessFrom: z.number().min(0).describe('Least variance of the Laplacian over grey levels'),
    contrastFrom: z.number().min(0).describe('Least standard deviation of grey levels: an empty fixture has little'),
    residualUpTo: share.describe('Most of the pixels, as a share, that may still differ from the golden once aligned'),
  })
  .readonly();

const reviewSchema = z
  .strictObject({
    iouFrom: share.describe("Least intersection over union of the reviewer's box with the detection"),
    pixelTolerance: z
      .strictObject({
        sideUpToPx: z.number().min(0).describe('Detections whose longer side is at most this are compared by edges'),
        edgeUpToPx: z.number().min(0).describe('Largest distance between like edges in pixels'),
      })
      .readonly()
      .nullable()
      .describe('How boxes of a few pixels are compared instead of by IoU; null: never'),
    areaRatio: range(z.number().min(0)).describe(
      "Area of the reviewer's box over that of the detection, [least, most]",
    ),
    regionLeftOverUpTo: share.describe("Most of the detection's region, as a share, that may lie outside the box"),
    confusable: z
      .array(z.tuple([name, name]).readonly())
      .readonly()
      .describe('Pairs of labels that count as the same when the reviewer names one for the other'),
    benignCauses: z.array(name).readonly().describe('Causes that a false call may name, e.g. dust'),
  })
  .readonly();

/** A recipe file. Limits that contradict each other are found by `recipeFaults`. */
export const recipeSchema = z
  .strictObject({
    schemaVersion: z.literal(1).describe('Version of this form'),
    id: name.describe('Id by which a trigger names the recipe'),
    version: z
      .string()
      .regex(/^\d+\.\d+\.\d+$/, 'a version such as 1.0.0')
      .describe('Version of the recipe: major.minor.patch'),
    description: z.string().min(1).describe('What is inspected, in one sentence'),
    model: z.string().min(1).describe('Folder name under detector/models, or a path to a manifest'),
    views: z.array(viewSchema).min(1).readonly().describe('Views of a part; all of them must arrive'),
    labels: z.array(labelSchema).min(1).readonly().describe('Limits of each defect label of the model'),
    frame: frameSchema.describe('Limits of a frame that is fit to judge'),
    review: reviewSchema.describe('Geometry and words that the answer of the reviewer must satisfy to count'),
    candidates: z
      .strictObject({
        askFrom: z.number().min(0).describe('Candidates from this score on are asked of the reviewer'),
        atMost: z.int().min(0).describe('At most this many candidates a view are asked, the strongest first'),
        hold: z
          .enum(['always', 'until-cleared', 'never'])
          .describe(
            'Whether such a candidate keeps the part undecided: always; until a valid false-call finding clears it; never',
          ),
      })
      .readonly()
      .describe('Suspicions below a call of the detector'),
    independentKinds: z
      .array(z.enum(['other-view', 'other-exposure', 'classical-measurement']))
      .readonly()
      .describe('Kinds of independent evidence that count for lowering; empty where nothing may be lowered'),
    deadlines: z
      .strictObject({
        viewsMs: timeMs.describe('From the trigger until the last view must be there'),
        reviewMs: timeMs.describe('From the trigger until the last answer of the reviewer counts'),
        taktMs: timeMs.describe('From the trigger until the verdict must be on the line'),
      })
      .readonly()
      .describe('Times from the trigger in milliseconds'),
    explanationLanguage: z.enum(['en', 'zh']).describe('Language of the explanations shown to people'),
  })
  .readonly() satisfies z.ZodType<Recipe>;
