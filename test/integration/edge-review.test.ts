import { describe, expect, test } from 'vitest';
import type { RegionMask } from '#detector/detection.ts';
import type { Detect } from '#edge/detect/detect.ts';
import type { InspectionMessage } from '#edge/messages.schema.ts';
import { createReviewViews } from '#edge/review/review-views.ts';
import type { Recipe } from '#rules/recipe.ts';
import { createReviewer } from '#vlm/openai/create-reviewer.ts';
import { loadPrompt, shippedPromptFile } from '#vlm/openai/load-prompt.ts';
import { profiles } from '#vlm/profiles.ts';
import { aBox, aFullRegion, someLimits } from '../rules/builders.ts';
import { startContractServer, type Script } from '../support/contract-server.ts';
import { scratchFolder } from '../support/edge-disk.ts';
import { boardPng, boardRecipe, startTestEdge } from '../support/edge-station.ts';
import { createRingStation } from '../support/ring-station.ts';
import { agree, answer, answerWithBox, doubt, lookElsewhere, scaleBox, sentOf } from '../support/scripted-answers.ts';
import { silentLog } from '../support/silent-log.ts';

const box = aBox(20, 20, 40, 40);
/** Two strips at the left and right of the box, apart from each other. */
const twoParts: RegionMask = {
  x: 20,
  y: 20,
  widthPx: 20,
  heightPx: 20,
  runs: [0, 4, ...Array.from({ length: 19 }, () => [12, 8]).flat(), 12, 4],
};

const doubtfulSpur =
  (region: RegionMask): Detect =>
  (image) => {
    // Only the view of which the first pixel says so.
    const detection = { id: 'd1', label: 'spur', score: 0.45, box, areaPx: 400, region };
    const detections = image.data[0] === 255 ? [detection] : [];
    return Promise.resolve({ detections, candidates: [], registration: null, inferenceMs: 1 });
  };

function recipe(): Recipe {
  const review = someLimits({ areaRatio: [0.8, 1.25], confusable: [] });
  return { ...boardRecipe({ reviewMs: 1500, taktMs: 4000 }), review };
}

/** Inspects one board with a doubtful spur, with a reviewer that answers by the script. */
async function inspectWith(script: Script, region: RegionMask): Promise<InspectionMessage> {
  using folder = scratchFolder();
  await using server = await startContractServer(script);
  const reviewer = createReviewer({
    baseUrl: server.baseUrl,
    model: 'inspector-v1',
    profile: profiles['vllm/qwen2.5'],
    apiKey: null,
    prompt: await loadPrompt(shippedPromptFile),
    onAsked: server.onAsked,
  });
  const station = createRingStation();
  const edge = await startTestEdge({
    folder: folder.path,
    station,
    recipe: recipe(),
    detect: doubtfulSpur(region),
    reviewViews: createReviewViews(reviewer.ask, silentLog),
  });
  station.trigger({ top: await boardPng(1, true), bottom: await boardPng(2) });
  await station.decided(1);
  const [message] = edge.messages();
  edge.stop();
  await edge.running;
  edge.outbox[Symbol.dispose]();
  expect(server.faults).toEqual([]);
  if (!message) throw new Error('no message for a decided part');
  return message;
}

const callItDust: Script = (request) =>
  answer(answerWithBox(request, sentOf(request).box, { verdict: 'false_call', label: 'dust' }));
const callItShort: Script = (request) => answer(answerWithBox(request, sentOf(request).box, { label: 'short' }));
const speakOfAnother: Script = (request) => answer(answerWithBox(request, sentOf(request).box, { id: 'top-d9' }));
const whole = aFullRegion(box);

describe('a doubtful detection', () => {
  test.each<[string, Script, RegionMask, string]>([
    ['fails the part when the reviewer agrees', agree, whole, 'fail: defect-raised'],
    ['stays in doubt when the reviewer looks elsewhere', lookElsewhere, whole, 'undecided: iou-below-limit'],
    ['stays in doubt when the box is too large', scaleBox(1.2), whole, 'undecided: area-out-of-range'],
    ['stays in doubt when the box meets two separate regions', agree, twoParts, 'undecided: region-merged'],
    ['stays in doubt when the reviewer cannot tell', doubt, whole, 'undecided: review-uncertain'],
    ['stays in doubt when the reviewer names another defect', callItShort, whole, 'undecided: label-disagrees'],
    ['is not cleared by a reviewer that may only raise', callItDust, whole, 'undecided: lower-not-allowed'],
    [
      'stays in doubt when the answer is late',
      (request) => ({ kind: 'late', afterMs: 10_000, next: answer(answerWithBox(request, box)) }),
      whole,
      'undecided: review-unavailable timeout',
    ],
    [
      'stays in doubt when the answer is cut off',
      () => ({ kind: 'answer', content: '{"id":"top-d1","verd', finishReason: 'length' }),
      whole,
      'undecided: review-unavailable truncated',
    ],
    [
      'stays in doubt when the answer is no JSON',
      () => answer('I would accept this part.'),
      whole,
      'undecided: review-unavailable malformed',
    ],
    [
      'stays in doubt when the answer is about another',
      speakOfAnother,
      whole,
      'undecided: review-unavailable wrong-id',
    ],
    [
      'stays in doubt when the server breaks off',
      () => ({ kind: 'reset' }),
      whole,
      'undecided: review-unavailable transport',
    ],
    [
      'stays in doubt when the server refuses',
      () => ({ kind: 'status', status: 500 }),
      whole,
      'undecided: review-unavailable http-status',
    ],
  ])('%s', async (_name, script, region, expected) => {
    const message = await inspectWith(script, region);
    const [verdict, wanted] = expected.split(': ');
    const reasons = message.reasons.map(({ code, detail }) =>
      code === 'review-unavailable' ? `${code} ${detail}` : code,
    );
    expect(message.verdict).toBe(verdict);
    expect(reasons).toContain(wanted);
  });

  test('is kept with the very image that was asked about, and with the prompt', async () => {
    const message = await inspectWith(agree, whole);
    const [crop] = message.evidence.filter(({ kind }) => kind === 'crop');
    const [review] = message.views.flatMap(({ reviews }) => reviews);
    expect(crop).toMatchObject({ viewId: 'top', detectionId: 'top-d1', mediaType: 'image/png' });
    expect(review?.record?.cropSha256).toBe(crop?.sha256);
    expect(message.digests.prompt).toMatchObject({ name: 'inspect', version: '1' });
  });
});
