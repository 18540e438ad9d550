import { z } from 'zod';
import { approvalFaults, zoneFaults } from '#rules/recipe-faults.ts';
import type { Approval, Calibration, ViewRule, Zone } from '#rules/recipe.ts';
import { addFaults, instantSchema, nameSchema, sha256Schema, shareSchema } from '#rules/schema-parts.schema.ts';

const approvalFields = {
  sha256: sha256Schema.describe('SHA-256 of the file'),
  approvedBy: z.string().min(1).describe('Who answers for it'),
  approvedAt: instantSchema.describe('Instant of the approval, ISO 8601 in UTC; frames from before do not count'),
  expiresAt: instantSchema.describe(
    'Instant from which it does not count any more, ISO 8601 in UTC: such a recipe is not read, a frame taken then is a doubt, and the station locks',
  ),
};

const approvalSchema = z
  .strictObject(approvalFields)
  .readonly()
  .check(addFaults(approvalFaults)) satisfies z.ZodType<Approval>;

const mmPerPx = z.number().gt(0);

const calibrationSchema = z
  .strictObject({
    ...approvalFields,
    mmPerPx: z.tuple([mmPerPx, mmPerPx]).readonly().describe('Millimeters a pixel covers, [across, down]'),
    uncertaintyMm: z
      .number()
      .min(0)
      .describe('Expanded uncertainty of a length in mm; added to a length before it is held against a limit'),
  })
  .readonly()
  .check(addFaults(approvalFaults)) satisfies z.ZodType<Calibration>;

const zoneSchema = z
  .strictObject({
    zoneId: nameSchema.describe('Name of the zone, unique within its view'),
    use: z
      .enum(['dont-care', 'acceptance'])
      .describe('dont-care: what lies inside does not count; acceptance: a name that acceptance rules use'),
    outline: z
      .array(z.tuple([z.number(), z.number()]).readonly())
      .min(3)
      .readonly()
      .describe('Corners [x, y] in frame pixels, in order around the zone'),
    insideFrom: shareSchema
      .gt(0)
      .describe("Least share of a detection's pixels inside the outline for it to count as inside; 1: wholly"),
  })
  .readonly()
  .check(addFaults(zoneFaults)) satisfies z.ZodType<Zone>;

/** One view of a part, as a recipe states it. */
export const viewRuleSchema = z
  .strictObject({
    viewId: nameSchema.max(48).describe('Name of the view, as the camera gives it'),
    golden: z.enum(['required', 'none']).describe('Whether the tested part is compared with a golden sample'),
    goldenSamples: z
      .array(approvalSchema)
      .readonly()
      .describe('Golden samples that count; empty: whichever lies in the golden folder, approved by nobody'),
    calibration: calibrationSchema.nullable().describe('Millimeters for pixels; null: sizes are not known'),
    zones: z
      .array(zoneSchema)
      .readonly()
      .describe('Named parts of the view; the first that a detection lies in counts'),
  })
  .readonly() satisfies z.ZodType<ViewRule>;
