import { describe, expect, it } from 'vitest';
import { decide } from '#rules/decide.ts';
import { aBox, aCalibration, aDetection, anAnswer, aRecipe, aViewRule, oneView, someLimits } from './builders.ts';

describe('place of small boxes, and area on calibrated views', () => {
  const tiny = aDetection({ box: aBox(10, 10, 14, 14) });
  const edges = { by: 'edges', sideUpToPx: 4, edgeUpToPx: 2 } as const;
  const wasserstein = { by: 'wasserstein', sideUpToPx: 4, nwdFrom: 0.8, constantPx: 12 } as const;
  const table = [
    {
      name: 'by edges, at the limit',
      limits: { smallBoxes: edges },
      box: aBox(12, 10, 16, 14),
      step: ['edges', 2, 2, 'holds'],
    },
    {
      name: 'by edges, beyond it',
      limits: { smallBoxes: edges },
      box: aBox(12.5, 10, 16.5, 14),
      step: ['edges', 2.5, 2, 'fails'],
    },
    { name: 'by edges, no box', limits: { smallBoxes: edges }, box: null, step: ['edges', null, 2, 'fails'] },
    {
      name: 'by Wasserstein, close',
      limits: { smallBoxes: wasserstein },
      box: aBox(12, 10, 16, 14),
      step: ['wasserstein', Math.exp(-2 / 12), 0.8, 'holds'],
    },
    {
      name: 'by Wasserstein, far',
      limits: { smallBoxes: wasserstein },
      box: aBox(13, 10, 17, 14),
      step: ['wasserstein', Math.exp(-3 / 12), 0.8, 'fails'],
    },
    {
      name: 'by Wasserstein, no box',
      limits: { smallBoxes: wasserstein },
      box: null,
      step: ['wasserstein', null, 0.8, 'fails'],
    },
    {
      name: 'larger than small: by IoU',
      limits: { smallBoxes: { ...edges, sideUpToPx: 3 } },
      box: aBox(12, 10, 16, 14),
      step: ['iou', 8 / 24, 0.5, 'fails'],
    },
    {
      name: 'by Wasserstein, the same box at a limit of 1',
      limits: { smallBoxes: { ...wasserstein, nwdFrom: 1 } },
      box: tiny.box,
      step: ['wasserstein', 1, 1, 'holds'],
    },
  ] as const;
  it.each(table)('$name', ({ limits, box, step }) => {
    const recipe = aRecipe({ review: someLimits({ ...limits, regionLeftOverUpTo: 1 }) });
    const decided = decide(oneView({ detections: [tiny], reviews: [anAnswer('top-d1', { box })] }), recipe);
    const place = decided.trace.find(({ check }) => check === step[0]);
    expect([place?.check, place?.value, place?.limit, place?.outcome]).toEqual(step);
    expect(decided.verdict).toBe(step[3] === 'holds' ? 'fail' : 'undecided');
  });

  it.each([
    { name: 'wide', box: aBox(10, 10, 34, 13) },
    { name: 'high', box: aBox(10, 10, 13, 34) },
  ])('a $name thin detection is no small box', ({ box }) => {
    const recipe = aRecipe({ review: someLimits({ smallBoxes: edges }) });
    const evidence = oneView({ detections: [aDetection({ box })], reviews: [anAnswer('top-d1', { box })] });
    expect(decide(evidence, recipe).trace.map(({ check }) => check)).toContain('iou');
  });

  it.each([
    { name: 'at the limit', limit: 1, verdict: 'fail', step: [1, 1, 'holds'] },
    { name: 'beyond it', limit: 0.99, verdict: 'undecided', step: [1, 0.99, 'fails'] },
  ])('area off in square millimeters: $name', ({ limit, verdict, step }) => {
    // 20 x 20 against 25 x 20 pixels: 100 pixels of 0.1 mm x 0.1 mm are 1 square millimeter.
    const views = [aViewRule({ calibration: aCalibration({ mmPerPx: [0.125, 0.08] }) })];
    const recipe = aRecipe({ views, review: someLimits({ areaOffUpToMm2: limit }) });
    const reviews = [anAnswer('top-d1', { box: aBox(100, 100, 125, 120) })];
    const decided = decide(oneView({ detections: [aDetection()], reviews }), recipe);
    expect(decided.verdict).toBe(verdict);
    const off = decided.trace.find(({ check }) => check === 'area-off');
    expect([off?.value, off?.limit, off?.outcome]).toEqual(step);
    const codes = decided.reasons.map(({ code, detail }) => `${code} ${detail}`);
    expect(codes).toEqual(verdict === 'fail' ? ['defect-raised spur'] : ['defect-doubtful spur', 'area-off mm2']);
  });

  it.each([
    { name: 'not limited', limit: null, calibration: aCalibration() },
    { name: 'not calibrated', limit: 0.1, calibration: null },
  ])('area off in square millimeters is not asked where it is $name', ({ limit, calibration }) => {
    const recipe = aRecipe({ views: [aViewRule({ calibration })], review: someLimits({ areaOffUpToMm2: limit }) });
    const reviews = [anAnswer('top-d1', { box: aBox(100, 100, 125, 120) })];
    const decided = decide(oneView({ detections: [aDetection()], reviews }), recipe);
    expect(decided.trace.map(({ check }) => check)).not.toContain('area-off');
    expect(decided.verdict).toBe('fail');
  });
});
