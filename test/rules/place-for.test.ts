import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { iou, type Box } from '#detector/box.ts';
import { placeFor } from '#rules/place-for.ts';
import { decide } from '#rules/decide.ts';
import { aBox, aDetection, aFullRegion, anAnswer, aRecipe, aRegion, oneView, someLimits } from './builders.ts';

// A detector draws its box 10 px around the defect; its region is the defect itself.
const tight = aBox(110, 110, 120, 118);
const loose = aBox(100, 100, 130, 128);
const detection = aDetection({ box: loose, region: aFullRegion(tight) });

describe('the place that a box of the reviewer is held against', () => {
  it.each([
    { name: 'the box', compareWith: 'box', found: tight, place: loose },
    { name: 'the bounds of the region', compareWith: 'region', found: loose, place: tight },
    { name: 'between: a tight box is its own place', compareWith: 'between', found: tight, place: tight },
    { name: 'between: a loose box is, too', compareWith: 'between', found: loose, place: loose },
    {
      name: 'between: a box half tight, half loose',
      compareWith: 'between',
      found: aBox(105, 110, 120, 125),
      place: aBox(105, 110, 120, 125),
    },
    {
      name: 'between: a box too large is held against the loose one',
      compareWith: 'between',
      found: aBox(80, 80, 160, 160),
      place: loose,
    },
    {
      name: 'between: a box inside the defect against the tight one',
      compareWith: 'between',
      found: aBox(112, 112, 114, 114),
      place: tight,
    },
  ] as const)('$name', ({ compareWith, found, place }) => {
    expect(placeFor(found, detection, compareWith)).toEqual(place);
  });

  it('takes the bounds of a region of any outline', () => {
    const region = aRegion(['..#..', '.###.', '#####', '.#...'], 110, 110);
    expect(placeFor(tight, { ...detection, region }, 'region')).toEqual(aBox(110, 110, 115, 114));
  });

  it.each([
    { name: 'there is no region', region: null },
    { name: 'the region lies beside it', region: aFullRegion(aBox(200, 200, 210, 210)) },
    { name: 'the region is empty', region: { ...aFullRegion(tight), runs: [80] } },
  ])('is the box where $name', ({ region }) => {
    expect(placeFor(tight, { ...detection, region }, 'region')).toEqual(loose);
    expect(placeFor(tight, { ...detection, region }, 'between')).toEqual(loose);
  });

  it('between is never harder to meet than the box or the region', () => {
    const box: fc.Arbitrary<Box> = fc
      .tuple(fc.nat(40), fc.nat(40), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }))
      .map(([x, y, width, height]) => aBox(x, y, x + width, y + height));
    fc.assert(
      fc.property(box, box, box, (found, of, inside) => {
        const one = aDetection({ box: of, region: aFullRegion(inside) });
        const fits = (compareWith: 'box' | 'region' | 'between') => iou(found, placeFor(found, one, compareWith));
        expect(fits('between')).toBeGreaterThanOrEqual(Math.max(fits('box'), fits('region')) - 1e-12);
      }),
    );
  });

  it.each([
    { compareWith: 'box', tightCounts: false, looseCounts: true },
    { compareWith: 'region', tightCounts: true, looseCounts: false },
    { compareWith: 'between', tightCounts: true, looseCounts: true },
  ] as const)('lets answers count: $compareWith', ({ compareWith, tightCounts, looseCounts }) => {
    const recipe = aRecipe({ review: someLimits({ compareWith, iouFrom: 0.4 }) });
    const counts = (box: Box): boolean => {
      const reviews = [anAnswer(detection.id, { box })];
      return decide(oneView({ detections: [detection], reviews }), recipe).verdict === 'fail';
    };
    expect([counts(tight), counts(loose), counts(aBox(150, 150, 180, 178))]).toEqual([tightCounts, looseCounts, false]);
  });
});
