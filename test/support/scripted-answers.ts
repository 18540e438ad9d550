import type { Box } from '#detector/box.ts';
import type { Reaction, Script, SeenRequest } from './contract-server.ts';
import { cropWindow, layOut, toAnswer } from '#vlm/crop-window.ts';
import { goldenQuestion } from '#vlm/openai/golden-question.ts';
import { profiles } from '#vlm/profiles.ts';
import type { SentQuestion } from '#vlm/openai/reviewer-options.ts';

/** What an answer says besides its box. */
export interface Saying {
  readonly id?: string;
  readonly verdict?: string;
  readonly label?: string;
  readonly severity?: string;
  readonly explanation?: string;
}

/** The question as the reviewer told it. @throws Error where the server was not given to `onAsked` */
export function sentOf(request: SeenRequest): SentQuestion {
  if (!request.sent) throw new Error('give server.onAsked to the reviewer, or the script cannot know the window');
  return request.sent;
}

/** An answer about `box` in frame pixels: confirmed as what the detector said, unless said otherwise. */
export function answerWithBox(request: SeenRequest, box: Box, saying: Saying = {}): Record<string, unknown> {
  const { layout, coordinates, label } = sentOf(request);
  const { x1, y1, x2, y2 } = toAnswer(box, layout, coordinates);
  return {
    id: saying.id ?? request.id,
    verdict: saying.verdict ?? 'defect',
    bbox_2d: [x1, y1, x2, y2],
    label: saying.label ?? label,
    severity: saying.severity ?? 'major',
    explanation: saying.explanation ?? 'Copper stands out from the edge of the trace.',
  };
}

/** Confirms each detection at its very box. */
export const agree: Script = (request) => answer(answerWithBox(request, sentOf(request).box));

/** Knows the answer to the golden question, even for an edge node in another process; plays `script` for all others. */
export function knowGolden(script: Script): Script {
  return (request) => {
    if (request.id !== goldenQuestion.id) return script(request);
    const { box, viewImage, seed, label } = goldenQuestion;
    const { coordinates, imageTokens } = profiles['vllm/qwen2.5'];
    const layout = layOut(cropWindow(box, viewImage, seed), true, { factor: coordinates.factor, imageTokens });
    return agree({ ...request, sent: { id: request.id, label, box, layout, coordinates, cropSha256: '' } });
  };
}

/** Confirms each detection at a box of the same size in another corner of the crop. */
export const lookElsewhere: Script = (request) => {
  const { box, layout } = sentOf(request);
  const { window } = layout;
  const [width, height] = [box.x2 - box.x1, box.y2 - box.y1];
  const left = (box.x1 + box.x2) / 2 > (window.x1 + window.x2) / 2;
  const up = (box.y1 + box.y2) / 2 > (window.y1 + window.y2) / 2;
  const x1 = left ? window.x1 : window.x2 - width;
  const y1 = up ? window.y1 : window.y2 - height;
  return answer(answerWithBox(request, { x1, y1, x2: x1 + width, y2: y1 + height }));
};

/** Confirms each detection with a box around the same middle, `factor` times as wide and high, cut at the crop. */
export function scaleBox(factor: number): Script {
  return (request) => {
    const { box, layout } = sentOf(request);
    const { window } = layout;
    const [width, height] = [(box.x2 - box.x1) * factor, (box.y2 - box.y1) * factor];
    const [x, y] = [(box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2];
    const scaled = {
      x1: Math.max(window.x1, x - width / 2),
      y1: Math.max(window.y1, y - height / 2),
      x2: Math.min(window.x2, x + width / 2),
      y2: Math.min(window.y2, y + height / 2),
    };
    return answer(answerWithBox(request, scaled));
  };
}

/** Cannot tell. */
export const doubt: Script = (request) =>
  answer({
    ...answerWithBox(request, sentOf(request).box, { verdict: 'uncertain', label: 'none' }),
    bbox_2d: [0, 0, 0, 0],
  });

/** An answer without anything wrong about its form. */
export function answer(content: unknown): Reaction {
  return { kind: 'answer', content };
}
