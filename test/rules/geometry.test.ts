import { describe, expect, it } from 'vitest';
import { iou, type Box } from '#detector/box.ts';
import { coverageOf } from '#rules/check-connectivity.ts';
import { edgeDistance, wassersteinSimilarity } from '#rules/check-place.ts';
import { measureSize } from '#rules/measure-size.ts';
import type { Zone } from '#rules/recipe.ts';
import { areaInBox, componentsOf } from '#rules/region-components.ts';
import { runsOf, runsOfRegion } from '#rules/region-runs.ts';
import { insideShare, zoneOf } from '#rules/zones.ts';
import { aBox, aCalibration, aDetection, aRegion, aViewRule, aZone } from './builders.ts';

describe('overlap of two boxes, worked by hand', () => {
  const square = aBox(0, 0, 10, 10);
  // C = 12 px for the normalized Wasserstein distance.
  const table: { name: string; other: Box; iou: number; edges: number; nwd: number }[] = [
    { name: 'the same box', other: square, iou: 1, edges: 0, nwd: 1 },
    { name: 'half beside it', other: aBox(5, 0, 15, 10), iou: 50 / 150, edges: 5, nwd: Math.exp(-5 / 12) },
    {
      name: 'a quarter in',
      other: aBox(5, 5, 15, 15),
      iou: 25 / 175,

      edges: 5,
      nwd: Math.exp(-Math.sqrt(50) / 12),
    },
    {
      name: 'inside it',
      other: aBox(2, 2, 6, 6),
      iou: 16 / 100,

      edges: 4,
      nwd: Math.exp(-Math.sqrt(1 + 1 + 9 + 9) / 12),
    },
    { name: 'touching', other: aBox(10, 0, 20, 10), iou: 0, edges: 10, nwd: Math.exp(-10 / 12) },
    { name: 'far away', other: aBox(30, 40, 40, 50), iou: 0, edges: 40, nwd: Math.exp(-50 / 12) },
    {
      name: 'twice as wide',
      other: aBox(0, 0, 20, 10),
      iou: 0.5,

      edges: 10,
      nwd: Math.exp(-Math.sqrt(25 + 25) / 12),
    },
    { name: 'without extent', other: aBox(5, 5, 5, 5), iou: 0, edges: 5, nwd: Math.exp(-Math.sqrt(50) / 12) },
  ];
  it.each(table)('$name', ({ other, ...expected }) => {
    expect(iou(square, other)).toBeCloseTo(expected.iou, 12);
    expect(edgeDistance(square, other)).toBe(expected.edges);
    expect(wassersteinSimilarity(square, other, 12)).toBeCloseTo(expected.nwd, 12);
    expect(wassersteinSimilarity(other, square, 12)).toBeCloseTo(expected.nwd, 12);
  });

  it('shows why IoU is brittle for boxes of a few pixels: one pixel of shift, three judgements', () => {
    const [tiny, shifted] = [aBox(0, 0, 3, 3), aBox(1, 1, 4, 4)];
    expect(iou(tiny, shifted)).toBeCloseTo(4 / 14, 12);
    expect(edgeDistance(tiny, shifted)).toBe(1);
    expect(wassersteinSimilarity(tiny, shifted, 12)).toBeCloseTo(Math.exp(-Math.SQRT2 / 12), 12);
  });
});

describe('connected components of a region', () => {
  const table: { name: string; rows: string[]; areas: number[] }[] = [
    { name: 'one block', rows: ['##', '##'], areas: [4] },
    { name: 'two blocks side by side', rows: ['##.##', '##.##'], areas: [4, 4] },
    { name: 'two that meet at a corner are one', rows: ['#..', '.#.', '..#'], areas: [3] },
    { name: 'two that meet at the other corner are one', rows: ['..#', '.#.', '#..'], areas: [3] },
    { name: 'one column apart is two', rows: ['#..', '..#'], areas: [1, 1] },
    { name: 'one row apart is two', rows: ['#', '.', '#'], areas: [1, 1] },
    { name: 'a ring is one', rows: ['###', '#.#', '###'], areas: [8] },
    { name: 'two arms joined at the bottom are one', rows: ['#.#', '#.#', '###'], areas: [7] },
    { name: 'three arms joined late are one', rows: ['#.#.#', '#.###', '###..'], areas: [10] },
    { name: 'a run over the end of a row is two pieces', rows: ['..#', '#..'], areas: [1, 1] },
    { name: 'nothing', rows: ['...'], areas: [] },
  ];
  it.each(table)('$name', ({ rows, areas }) => {
    expect(componentsOf(aRegion(rows)).map(({ areaPx }) => areaPx)).toEqual(areas);
  });

  it('joins runs of one row that only a run of length zero parts', () => {
    const region = { x: 0, y: 0, widthPx: 4, heightPx: 1, runs: [0, 2, 0, 2] };
    expect(componentsOf(region).map(({ areaPx }) => areaPx)).toEqual([4]);
  });

  it('lays the runs of a window into the frame, and cuts off what lies beyond the window', () => {
    const region = { x: 10, y: 20, widthPx: 3, heightPx: 2, runs: [2, 3, 0, 9] };
    expect(runsOfRegion(region)).toEqual([
      { y: 20, x1: 12, x2: 13 },
      { y: 21, x1: 10, x2: 12 },
      { y: 21, x1: 12, x2: 13 },
    ]);
  });

  it('takes the pixels of the box where the model gives no region', () => {
    expect(runsOf(aDetection({ region: null, box: aBox(1.4, 2.6, 3.6, 4.4) }))).toEqual([{ y: 3, x1: 1, x2: 4 }]);
    expect(runsOf(aDetection({ region: null, box: aBox(1, 2, 3, 4) }))).toEqual([
      { y: 2, x1: 1, x2: 3 },
      { y: 3, x1: 1, x2: 3 },
    ]);
    expect(runsOf(aDetection({ region: null, box: aBox(1.6, 2, 2.4, 4) }))).toEqual([]);
  });

  it('counts a pixel into a box when its center lies inside', () => {
    const [component] = componentsOf(aRegion(['###', '###', '###'], 5, 5));
    const areaIn = (box: Box): number => (component ? areaInBox(component, box) : -1);
    expect(areaIn(aBox(5, 5, 8, 8))).toBe(9);
    expect(areaIn(aBox(5.5, 5.5, 7.5, 7.5))).toBe(4);
    expect(areaIn(aBox(5.6, 5.6, 7.4, 7.4))).toBe(1);
    expect(areaIn(aBox(0, 0, 6, 6))).toBe(1);
    expect(areaIn(aBox(7, 7, 70, 70))).toBe(1);
    expect(areaIn(aBox(20, 20, 30, 30))).toBe(0);
  });
});

describe('how a box lies over a region', () => {
  const two = aDetection({ box: aBox(0, 0, 5, 2), region: aRegion(['##..#', '##..#']) });
  const thin = aDetection({ box: aBox(0, 0.54, 5, 2), region: aRegion(['#####', '#####']) });
  const table = [
    { name: 'over all of it: two pieces', detection: two, box: aBox(0, 0, 5, 2), met: 2, leftOver: 0 },
    { name: 'over the larger piece', detection: two, box: aBox(0, 0, 3, 2), met: 1, leftOver: 2 / 6 },
    { name: 'over the smaller piece', detection: two, box: aBox(3, 0, 5, 2), met: 1, leftOver: 4 / 6 },
    {
      name: 'over the larger piece, with an edge on the smaller but not on the center of its pixels',
      detection: two,
      box: aBox(0, 0, 4.4, 2),
      met: 1,
      leftOver: 0,
    },
    { name: 'between the pieces', detection: two, box: aBox(2, 0, 4, 2), met: 0, leftOver: 1 },
    {
      name: 'thin: its own box, half a pixel short of its first row',
      detection: thin,
      box: thin.box,
      met: 1,
      leftOver: 0,
    },
    { name: 'thin: between the centers of its rows', detection: thin, box: aBox(0, 0.6, 5, 1.4), met: 1, leftOver: 0 },
    { name: 'thin: its first row alone', detection: thin, box: aBox(0, 0, 5, 1), met: 1, leftOver: 0.5 },
    { name: 'thin: below it, edge to edge', detection: thin, box: aBox(0, 2, 5, 3), met: 0, leftOver: 1 },
    {
      name: 'a region without pixels',
      detection: aDetection({ region: aRegion(['...']) }),
      box: aBox(0, 0, 9, 9),
      met: 0,
      leftOver: 1,
    },
    {
      name: 'no region: by the box, half of it',
      detection: aDetection({ region: null }),
      box: aBox(110, 100, 130, 120),
      met: 1,
      leftOver: 0.5,
    },
    {
      name: 'no region: beside the box',
      detection: aDetection({ region: null }),
      box: aBox(120, 100, 130, 120),
      met: 0,
      leftOver: 1,
    },
    {
      name: 'no region and no box either',
      detection: aDetection({ region: null, box: aBox(1, 1, 1, 1) }),
      box: aBox(0, 0, 9, 9),
      met: 0,
      leftOver: 1,
    },
  ];
  it.each(table)('$name', ({ detection, box, met, leftOver }) => {
    const coverage = coverageOf(box, detection);
    expect(coverage.met).toBe(met);
    expect(coverage.leftOver).toBeCloseTo(leftOver, 12);
  });
});

describe('size in millimeters', () => {
  const table = [
    { name: 'one pixel: its diagonal', rows: ['#'], mm: [0.1, 0.1], length: 0.1 * Math.SQRT2, area: 0.01 },
    { name: 'a bar of ten', rows: ['##########'], mm: [0.1, 0.1], length: Math.hypot(1, 0.1), area: 0.1 },
    {
      name: 'an upright bar of four',
      rows: ['#', '#', '#', '#'],
      mm: [0.1, 0.1],
      length: Math.hypot(0.1, 0.4),
      area: 0.04,
    },
    {
      name: 'a slanted line',
      rows: ['#...', '.#..', '..#.', '...#'],
      mm: [0.1, 0.1],
      length: 0.4 * Math.SQRT2,
      area: 0.04,
    },
    {
      name: 'the other slant',
      rows: ['...#', '..#.', '.#..', '#...'],
      mm: [0.1, 0.1],
      length: 0.4 * Math.SQRT2,
      area: 0.04,
    },
    { name: 'pixels that are not square', rows: ['####'], mm: [0.05, 0.2], length: Math.hypot(0.2, 0.2), area: 0.04 },
    {
      name: 'two pieces count from end to end',
      rows: ['#........#'],
      mm: [0.1, 0.1],
      length: Math.hypot(1, 0.1),
      area: 0.02,
    },
  ] as const;
  it.each(table)('$name', ({ rows, mm, length, area }) => {
    const size = measureSize(aDetection({ region: aRegion(rows, 30, 40) }), aCalibration({ mmPerPx: mm }));
    expect(size.lengthMm).toBeCloseTo(length, 12);
    expect(size.areaMm2).toBeCloseTo(area, 12);
  });

  it('adds the uncertainty of the calibration to a length', () => {
    const size = measureSize(aDetection({ region: aRegion(['#']) }), aCalibration({ uncertaintyMm: 0.02 }));
    expect(size.lengthMm).toBeCloseTo(0.1 * Math.SQRT2 + 0.02, 12);
  });

  it('finds the largest extent of a cloud of pixels, as trying every pair does', () => {
    const rows = ['..#....#', '#..##...', '...#..#.', '.#.....#', '#....#..'];
    const corners = rows.flatMap((row, y) =>
      row.split('').flatMap((pixel, x) =>
        pixel === '#'
          ? [
              [x, y],
              [x + 1, y],
              [x, y + 1],
              [x + 1, y + 1],
            ]
          : [],
      ),
    );
    const pairs = corners.flatMap(([ax = 0, ay = 0]) =>
      corners.map(([bx = 0, by = 0]) => Math.hypot(ax - bx, ay - by)),
    );
    const size = measureSize(aDetection({ region: aRegion(rows) }), aCalibration({ mmPerPx: [1, 1] }));
    expect(size.lengthMm).toBeCloseTo(Math.max(...pairs), 12);
  });

  it('calls what has no pixels infinitely large: what cannot be measured is not small', () => {
    const size = measureSize(aDetection({ region: aRegion(['.']) }), aCalibration());
    expect(size).toEqual({ lengthMm: Infinity, areaMm2: Infinity });
  });
});

describe('zones', () => {
  const ten = aDetection({ region: aRegion(['##########'], 0, 0) });
  const table = [
    { name: 'wholly inside', zone: aBox(0, 0, 10, 1), share: 1 },
    { name: 'three tenths', zone: aBox(7, 0, 20, 1), share: 0.3 },
    { name: 'a pixel belongs where its center lies', zone: aBox(7.5, 0.5, 20, 1), share: 0.3 },
    { name: 'a pixel whose center lies just outside', zone: aBox(7.51, 0, 20, 1), share: 0.2 },
    { name: 'above it', zone: aBox(0, 1, 10, 2), share: 0 },
    { name: 'below it', zone: aBox(0, -1, 10, 0.5), share: 0 },
  ];
  it.each(table)('$name', ({ zone, share }) => {
    expect(insideShare(ten, aZone('z', zone).outline)).toBeCloseTo(share, 12);
  });

  it('follows an outline that is no box, and the notch in it', () => {
    const square = aDetection({ region: aRegion(['####', '####', '####', '####']) });
    const triangle = [
      [0, 0],
      [4, 0],
      [0, 4],
    ] as const;
    expect(insideShare(square, triangle)).toBe(6 / 16);
    const notched = [
      [0, 0],
      [4, 0],
      [4, 4],
      [2, 1],
      [0, 4],
    ] as const;
    expect(insideShare(square, notched)).toBe(10 / 16);
  });

  it('gives the first zone of a use that a detection lies in', () => {
    const view = aViewRule({
      zones: [
        aZone('date-code', aBox(0, 0, 10, 1), { use: 'dont-care' }),
        aZone('edge', aBox(0, 0, 6, 1), { insideFrom: 0.7 }),
        aZone('rim', aBox(0, 0, 6, 1), { insideFrom: 0.6 }),
        aZone('face', aBox(0, 0, 10, 1)),
      ],
    });
    const of = (use: Zone['use']): readonly Zone[] => view.zones.filter((zone) => zone.use === use);
    expect(zoneOf(ten, of('acceptance'))).toMatchObject({ zone: { zoneId: 'rim' }, share: 0.6 });
    expect(zoneOf(ten, of('dont-care'))).toMatchObject({ zone: { zoneId: 'date-code' }, share: 1 });
    expect(zoneOf(ten, [])).toBeNull();
    expect(insideShare(aDetection({ region: aRegion(['.']) }), view.zones[3]?.outline ?? [])).toBe(0);
  });
});
