import type { Detection } from '#detector/detection.ts';
import type { ViewEvidence } from '#rules/evidence.ts';
import type { Recipe } from '#rules/recipe.ts';
import { cropWindow, layOut, toAnswer } from '#vlm/crop-window.ts';
import { climb, type Asked, type Completion } from '#vlm/ladder.ts';
import { profiles } from '#vlm/profiles.ts';
import type { Finding, Review, ReviewRecord } from '#vlm/review.ts';

/** A question as it would be sent, with the detection it is about. */
export interface Question {
  readonly found: Detection;
  readonly asked: Asked;
}

const { coordinates, imageTokens } = profiles['vllm/qwen2.5'];

/** The question about a detection, with the crop that the edge would have cut. */
export function toQuestion(found: Detection, view: ViewEvidence, recipe: Recipe, seed: number): Question {
  const window = cropWindow(found.box, { widthPx: view.widthPx, heightPx: view.heightPx }, seed);
  const layout = layOut(window, view.registration !== null, { factor: coordinates.factor, imageTokens });
  const labels = recipe.labels.map(({ label }) => label);
  const { benignCauses } = recipe.review;
  return { found, asked: { id: found.id, labels, benignCauses, layout, coordinates } };
}

/** A valid answer: the judgement, in the place of the detection, in the words that it takes. */
export function validAnswer({ found, asked }: Question, judgement: Finding['judgement']): Completion {
  const { x1, y1, x2, y2 } = toAnswer(found.box, asked.layout, asked.coordinates);
  const box = [x1, y1, Math.max(x2, x1 + 1), Math.max(y2, y1 + 1)].map((side) => Math.max(0, side));
  const says = {
    confirmed: { verdict: 'defect', label: asked.labels.includes(found.label) ? found.label : asked.labels[0] },
    'false-call': { verdict: 'false_call', label: asked.benignCauses[0] },
    uncertain: { verdict: 'uncertain', label: 'none' },
  }[judgement];
  const answer = {
    id: asked.id,
    verdict: says.verdict,
    bbox_2d: judgement === 'uncertain' ? [0, 0, 0, 0] : box,
    label: says.label,
    severity: 'major',
    explanation: 'A bright spot at the edge of the trace.',
  };
  return { finishReason: 'stop', content: JSON.stringify(answer) };
}

/** Takes a completion up the ladder of the client, as the product does. */
export function hearAnswer(completion: Completion | null, { asked }: Question): Review {
  if (completion === null) return { kind: 'unavailable', id: asked.id, reason: 'timeout', detail: '', record: null };
  const rung = climb(completion, asked);
  if (rung.kind === 'finding') {
    return { kind: 'answered', id: asked.id, finding: { ...rung.finding, confidence: null }, record };
  }
  return { kind: 'unavailable', id: asked.id, reason: rung.reason, detail: rung.detail, record: null };
}

const record: ReviewRecord = {
  model: 'campaign',
  engine: 'campaign',
  promptId: '',
  promptSha256: '',
  schemaSha256: '',
  cropSha256: '',
  sentWidthPx: 0,
  sentHeightPx: 0,
  seed: 0,
  rawAnswer: null,
  latencyMs: 0,
  promptTokens: null,
  completionTokens: null,
  attempts: 1,
};
