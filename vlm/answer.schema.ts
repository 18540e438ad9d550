import { z } from 'zod';

/** What an answer may name. */
export interface AnswerTerms {
  readonly labels: readonly string[];
  readonly benignCauses: readonly string[];
  /** The largest number a box may hold. */
  readonly most: number;
}

const explanationChars = 240;

/** One answer of the reviewer, as it stands in the JSON. The order of the keys is the order of generation. */
export interface Answer {
  readonly id: string;
  readonly verdict: 'defect' | 'false_call' | 'uncertain';
  readonly bbox_2d: readonly number[];
  readonly label: string;
  readonly severity: 'minor' | 'major' | 'critical';
  readonly explanation: string;
}

/** The shape alone, which an engine can be held to while it writes: within the subset that all engines know. */
function answerShape({ labels, benignCauses, most }: AnswerTerms) {
  return z.strictObject({
    id: z.string().max(64),
    verdict: z.enum(['defect', 'false_call', 'uncertain']),
    bbox_2d: z.array(z.int().min(0).max(most)).length(4),
    label: z.enum([...new Set([...labels, ...benignCauses, 'none'])]),
    severity: z.enum(['minor', 'major', 'critical']),
    explanation: z.string().max(explanationChars),
  });
}

/** Shape and sense: the label fits the verdict, and only `uncertain` is without a box. */
export function answerSchema(terms: AnswerTerms): z.ZodType<Answer> {
  const fitting = { defect: terms.labels, false_call: terms.benignCauses, uncertain: ['none'] };
  return answerShape(terms).superRefine((answer, context) => {
    if (!fitting[answer.verdict].includes(answer.label)) {
      context.addIssue({
        code: 'custom',
        path: ['label'],
        message: `"${answer.label}" is no label of "${answer.verdict}"`,
      });
    }
    const withoutBox = answer.bbox_2d.every((side) => side === 0);
    if (withoutBox !== (answer.verdict === 'uncertain')) {
      context.addIssue({ code: 'custom', path: ['bbox_2d'], message: 'only "uncertain" is without a box' });
    }
  });
}

/** The JSON schema that goes along with a request. */
export function answerJsonSchema(terms: AnswerTerms): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(answerShape(terms));
  return schema;
}
