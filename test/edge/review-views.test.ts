import { describe, expect, it } from 'vitest';
import { absentView, type InspectedView } from '#edge/inspect/inspect-view.ts';
import { createReviewViews } from '#edge/review/review-views.ts';
import type { ReviewQuestion } from '#vlm/question.ts';
import { aBox, aCandidate, aDetection, aLabelRule, aRecipe } from '../rules/builders.ts';
import { drawGrey } from '../support/drawn-image.ts';
import { silentLog } from '../support/silent-log.ts';

const rule = aLabelRule();
const doubtful = aDetection({ id: 'd2', score: (rule.ignoreBelow + rule.failFrom) / 2, box: aBox(20, 20, 40, 40) });
const certain = aDetection({ id: 'd1', score: 0.99, box: aBox(50, 20, 70, 40) });
const weak = aCandidate({ id: 'c1', score: 0.01, box: aBox(20, 60, 30, 70) });

const view: InspectedView = {
  ...absentView('top', 'missing'),
  doubts: [],
  image: drawGrey(640, 640, () => 90),
  widthPx: 640,
  heightPx: 640,
  detections: [certain, doubtful],
  candidates: [weak],
};

describe('the questions about a view', () => {
  it('name everything else that was found on it, asked about or not, so that the crop can keep it out', async () => {
    const asked: ReviewQuestion[] = [];
    const reviewViews = createReviewViews((question) => {
      asked.push(question);
      const { id } = question;
      return Promise.resolve({
        review: { kind: 'unavailable', id, reason: 'timeout', detail: '', record: null },
        asked: null,
      });
    }, silentLog);
    const recipe = aRecipe({ views: aRecipe().views.map((one) => ({ ...one, golden: 'none', goldenSamples: [] })) });
    await reviewViews([view], { inspectionId: 'i', recipe, leftMs: 1000 });
    const [question] = asked.filter(({ id }) => id === 'd2');
    expect(question?.beside.map(({ box, score }) => [box, score])).toEqual([
      [certain.box, certain.score],
      [weak.box, weak.score],
    ]);
  });
});
