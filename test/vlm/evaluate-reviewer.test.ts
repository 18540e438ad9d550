import { describe, expect, it } from 'vitest';
import type { Detection } from '#detector/detection.ts';
import { placesOf } from '#vlm/evaluate/crops-of.ts';
import { figureOf, percentile, shares, type Scored } from '#vlm/evaluate/score-answers.ts';
import type { Finding, Review, ReviewRecord, UnavailableReason } from '#vlm/review.ts';

const box = { x1: 10, y1: 10, x2: 30, y2: 30 };
const far = { x1: 100, y1: 100, x2: 120, y2: 120 };
const truth = { label: 'spur', box };

const record: ReviewRecord = {
  model: 'small',
  engine: 'embedded/qwen2.5',
  promptId: 'embedded-1',
  promptSha256: '',
  schemaSha256: '',
  cropSha256: '',
  sentWidthPx: 112,
  sentHeightPx: 112,
  seed: 1,
  rawAnswer: '',
  latencyMs: 1,
  promptTokens: 33,
  completionTokens: 12,
  attempts: 1,
};

function call(id: string, at: typeof box, score: number): Detection {
  return { id, label: 'short', score, box: at, areaPx: 400, region: null };
}

function scored(
  isDefect: boolean,
  judgement: Finding['judgement'] | null,
  changes: Partial<Finding> = {},
  reason: UnavailableReason = 'schema',
): Scored {
  const finding: Finding = {
    judgement: judgement ?? 'uncertain',
    label: 'spur',
    box,
    severity: 'major',
    explanation: '',
    confidence: null,
    ...changes,
  };
  const review: Review =
    judgement === null
      ? { kind: 'unavailable', id: 'd1', reason, detail: '', record: null }
      : { kind: 'answered', id: 'd1', finding, record };
  return {
    image: 0,
    place: { call: call('d1', box, 0.5), truth: isDefect ? truth : null },
    review,
    showsAnother: false,
    echoed: null,
  };
}

function figure(name: string, all: readonly Scored[]): number {
  const count = shares[name];
  if (!count) throw new RangeError(name);
  return figureOf(all, count, 1)(new Int32Array(1).fill(1));
}

describe('the places a reviewer is scored on', () => {
  it('are the best call of each defect and the calls that touch none', () => {
    const near = call('d2', { x1: 12, y1: 10, x2: 30, y2: 30 }, 0.9);
    const touching = call('d3', { x1: 28, y1: 28, x2: 60, y2: 60 }, 0.8);
    const detections = [call('d1', box, 0.4), near, touching, call('d4', far, 0.1)];
    // What merely differs is no place of the net.
    const differs = { ...call('c9', far, 0), source: 'difference' as const };
    const found = placesOf({ detections, candidates: [differs], registration: null, inferenceMs: 0 }, [truth]);
    expect(found.map((place) => [place.call.id, place.truth?.label ?? null])).toEqual([
      ['d2', 'spur'],
      ['d4', null],
    ]);
  });
});

describe('the figures of a reviewer', () => {
  const answers = [
    scored(true, 'confirmed'),
    scored(true, 'confirmed', { label: 'open', box: far }),
    scored(true, 'uncertain'),
    scored(true, null),
    scored(false, 'false-call'),
    scored(false, 'confirmed'),
    scored(false, null),
  ];
  it.each([
    { name: 'defectOrNot', value: 3 / 7 },
    { name: 'defectRecall', value: 2 / 4 },
    { name: 'falseCallsSeen', value: 1 / 3 },
    { name: 'falseCallsSeenAlone', value: 1 / 3 },
    { name: 'label', value: 1 / 2 },
    { name: 'meanIoU', value: 1 / 2 },
    { name: 'validJson', value: 5 / 7 },
    { name: 'usable', value: 5 / 7 },
  ])('$name counts what is missing as wrong', ({ name, value }) => {
    expect(figure(name, answers)).toBeCloseTo(value);
  });

  it('tell JSON that cannot be used from what is no JSON', () => {
    const outside = scored(true, null, {}, 'box-outside');
    expect([figure('validJson', [outside]), figure('usable', [outside])]).toEqual([1, 0]);
  });

  it('count nothing where nothing was asked', () => {
    expect(figure('echoRate', answers)).toBeNaN();
    expect(percentile([], 0.5)).toBeNull();
    expect(percentile([3, 1, 2], 0.5)).toBe(2);
  });
});
