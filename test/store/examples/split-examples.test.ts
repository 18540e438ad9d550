import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balanceOf, leftOutRows } from '#store/examples/balance.ts';
import { leaksOf, splitExamples, type Splittable } from '#store/examples/split-examples.ts';

const few = fc.integer({ min: 0, max: 12 });
const parts = fc.array(
  fc.record({ serial: few.map((n) => `S-${n}`), digests: fc.array(few.map(String), { maxLength: 3 }) }),
  { maxLength: 30 },
);
const sided = (all: readonly Splittable[], share: number) =>
  splitExamples(all, share).map(({ side }, index) => ({ side, serial: '', digests: [], ...all[index] }));

describe('a split', () => {
  it('never has a part, or an image, on both sides', () => {
    fc.assert(
      fc.property(parts, fc.integer({ min: 0, max: 10 }), (all, tenths) => {
        expect(leaksOf(sided(all, tenths / 10))).toEqual({ serials: [], images: [] });
      }),
    );
  });

  it('leaves a part where it was when others are added that share nothing with it', () => {
    const all = Array.from({ length: 200 }, (_, index) => ({ serial: `S-${index}`, digests: [`d${index}`] }));
    const before = splitExamples(all.slice(0, 50), 0.2);
    expect(splitExamples(all.toReversed(), 0.2).toReversed().slice(0, 50)).toEqual(before);
  });

  it('holds out about the share that was asked for', () => {
    const all = Array.from({ length: 1000 }, (_, index) => ({ serial: `S-${index}`, digests: [] }));
    const held = sided(all, 0.2).filter(({ side }) => side === 'validation');
    expect(held.length / all.length).toBeCloseTo(0.2, 1);
    expect(sided(all, 0).every(({ side }) => side === 'train')).toBe(true);
    expect(sided(all, 1).every(({ side }) => side === 'validation')).toBe(true);
  });

  it('names parts that share an image by one serial', () => {
    const places = splitExamples(
      [
        { serial: 'B', digests: ['x'] },
        { serial: 'A', digests: ['x', 'y'] },
        { serial: 'C', digests: ['y'] },
        { serial: 'D', digests: ['z'] },
      ],
      0.5,
    );
    expect(places.map(({ group }) => group)).toEqual(['A', 'A', 'A', 'D']);
  });
});

describe('the check for leaks', () => {
  it.each([
    { name: 'nothing shared', right: { serial: 'B', digests: ['y'] }, leaks: { serials: [], images: [] } },
    { name: 'a part', right: { serial: 'A', digests: ['y'] }, leaks: { serials: ['A'], images: [] } },
    { name: 'an image of two parts', right: { serial: 'B', digests: ['x'] }, leaks: { serials: [], images: ['x'] } },
  ])('finds on both sides: $name', ({ right, leaks }) => {
    const left = { side: 'train', serial: 'A', digests: ['x'] } as const;
    expect(leaksOf([left, { side: 'validation', ...right }])).toEqual(leaks);
    expect(leaksOf([left, { side: 'train', ...right }])).toEqual({ serials: [], images: [] });
  });
});

describe('the balance', () => {
  it('counts boxes, clean images and answers by label and side, the most frequent first', () => {
    const spur = { set: 'coco', what: 'defect', label: 'spur' } as const;
    const open = { set: 'coco', what: 'defect', label: 'open' } as const;
    const clean = { set: 'coco', what: 'clean', label: null } as const;
    const dust = { set: 'chat', what: 'harmless', label: 'dust' } as const;
    const rows = balanceOf([
      { ...dust, side: 'train' },
      { ...clean, side: 'validation' },
      { ...open, side: 'train' },
      { ...spur, side: 'train' },
      { ...spur, side: 'validation' },
    ]);
    expect(rows).toEqual([
      { ...spur, train: 1, validation: 1 },
      { ...open, train: 1, validation: 0 },
      { ...clean, train: 0, validation: 1 },
      { ...dust, train: 1, validation: 0 },
    ]);
  });

  it('counts what is left out by what and why', () => {
    const gone = { of: 'image', why: 'image-gone' } as const;
    expect(leftOutRows([gone, { of: 'line', why: 'image-gone' }, gone])).toEqual([
      { ...gone, count: 2 },
      { of: 'line', why: 'image-gone', count: 1 },
    ]);
  });
});
