import { describe, expect, it } from 'vitest';
import { decide } from '#rules/decide.ts';
import { checkMatch } from '#rules/check-match.ts';
import { aBox, aCandidate, aDetection, anAnswer, aRecipe, noAnswer, oneView, someLimits } from './builders.ts';

describe('the detection that an answer is about', () => {
  const own = aBox(0, 0, 10, 10);
  it.each([
    { name: 'alone in its view', found: own, neighbours: [], value: 0, limit: 1, holds: true },
    { name: 'its own', found: own, neighbours: [aBox(5, 0, 15, 10)], value: 50 / 150, limit: 1, holds: true },
    { name: 'the neighbour', found: aBox(5, 0, 15, 10), neighbours: [aBox(5, 0, 15, 10)], value: 1, limit: 50 / 150 },
    {
      name: 'the nearest of two neighbours',
      found: aBox(4, 0, 14, 10),
      neighbours: [aBox(20, 0, 30, 10), aBox(5, 0, 15, 10)],
      value: 90 / 110,
      limit: 60 / 140,
    },
    { name: 'both alike: its own', found: own, neighbours: [own], value: 1, limit: 1, holds: true },
    {
      name: 'neither: nothing is said here',
      found: aBox(90, 90, 99, 99),
      neighbours: [own],
      value: 0,
      limit: 0,
      holds: true,
    },
  ])('$name', ({ found, neighbours, value, limit, holds = false }) => {
    const check = checkMatch(found, own, neighbours);
    expect([check.check, check.value, check.limit]).toEqual(['match', value, limit]);
    expect(check.fault?.code ?? null).toBe(holds ? null : 'matches-another');
  });

  // Two spurs that overlap by half: each answer alone would pass an IoU limit of 0.3 on either of them.
  const recipe = aRecipe({ review: someLimits({ iouFrom: 0.3, regionLeftOverUpTo: 1 }) });
  const left = aDetection({ id: 'left', box: aBox(100, 100, 120, 120) });
  const right = aDetection({ id: 'right', box: aBox(110, 100, 130, 120) });
  const about = (id: string, box: typeof left.box) => anAnswer(id, { box });
  const outcomes = (evidence: Parameters<typeof decide>[0]): readonly string[] =>
    decide(evidence, recipe).outcomes.map(({ id, outcome, reasons }) => `${id} ${outcome} ${reasons.at(-1)?.code}`);

  it('is never its neighbour: swapped answers settle nothing', () => {
    const reviews = [about('left', right.box), about('right', left.box)];
    expect(outcomes(oneView({ detections: [left, right], reviews }))).toEqual([
      'left doubt matches-another',
      'right doubt matches-another',
    ]);
  });

  it('stays the neighbour where the answer about the neighbour is lost', () => {
    const reviews = [about('left', right.box), noAnswer('right')];
    expect(outcomes(oneView({ detections: [left, right], reviews }))).toEqual([
      'left doubt matches-another',
      'right doubt review-unavailable',
    ]);
  });

  it('counts a candidate that was asked about as a neighbour, and a detection nobody asked about not', () => {
    const candidate = aCandidate({ id: 'right', box: right.box });
    const certain = aDetection({ id: 'right', box: right.box, score: 0.95 });
    const reviews = [about('left', right.box)];
    const asked = decide(oneView({ detections: [left], candidates: [candidate], reviews }), recipe);
    expect(asked.reasons.map(({ code }) => code)).toContain('matches-another');
    const unasked = decide(oneView({ detections: [left, certain], reviews }), recipe);
    expect(unasked.outcomes.find(({ id }) => id === 'left')?.reasons.map(({ code }) => code)).toEqual([
      'defect-raised',
    ]);
  });
});
