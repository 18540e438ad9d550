import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { iou } from '#detector/box.ts';
import type { Image } from '#detector/image.ts';
import { createDetector, type Detector } from '#detector/onnx/create-detector.ts';
import { decodeRegion } from '#detector/region-mask.ts';
import { FaultError, type FaultCode } from '#host/fault.ts';
import { drawGrey } from '../support/drawn-image.ts';

const modelDir = join(import.meta.dirname, '../fixtures/models');
const open: Detector[] = [];

async function openDetector(name: string, look: 'differences' | 'whole' = 'differences'): Promise<Detector> {
  const detector = await createDetector({ modelDir, name, threads: 1, look });
  open.push(detector);
  return detector;
}

afterAll(async () => {
  for (const detector of open) await detector[Symbol.asyncDispose]();
});

/** A golden with some structure, and a part with bright squares of 16 px on it. */
const golden = drawGrey(400, 300, (x, y) => (((x >> 5) + (y >> 5)) % 2 === 0 ? 30 : 60));

function partWith(spots: readonly { readonly x: number; readonly y: number }[], base = golden): Image {
  const data = Uint8Array.from(base.data);
  for (const { x, y } of spots)
    for (let row = y; row < y + 16; row += 1) data.fill(255, row * base.widthPx + x, row * base.widthPx + x + 16);
  return { ...base, data };
}

function spotBox({ x, y }: { readonly x: number; readonly y: number }) {
  return { x1: x, y1: y, x2: x + 16, y2: y + 16 };
}

describe.each(['differences', 'whole'] as const)('a detector that looks at %s', (look) => {
  let detector: Detector;
  beforeAll(async () => {
    detector = await openDetector('pair-centre', look);
  });

  it('finds a defect equally wherever it lies, across every border of tiles', async () => {
    const place = fc.record({ x: fc.integer({ min: 0, max: 384 }), y: fc.integer({ min: 0, max: 284 }) });
    await fc.assert(
      fc.asyncProperty(place, async (spot) => {
        const { detections } = await detector.detect(partWith([spot]), golden);
        expect(detections).toHaveLength(1);
        expect(detections[0]?.label).toBe('bright');
        expect(detections[0]?.score).toBeGreaterThan(0.5);
        expect(iou(detections[0]?.box ?? spotBox(spot), spotBox(spot))).toBeGreaterThan(0.55);
      }),
      { numRuns: look === 'whole' ? 12 : 40 },
    );
  });

  it('tells what differs and is none of its defects as a candidate, by size', async () => {
    const part = partWith([{ x: 150, y: 150 }]);
    // darker than the golden: the net of this fixture knows bright spots alone
    for (let y = 60; y < 70; y += 1) part.data.fill(0, y * part.widthPx + 292, y * part.widthPx + 312);
    const { detections, candidates } = await detector.detect(part, golden);
    expect(detections.map(({ label }) => label)).toEqual(['bright']);
    const [told] = candidates.filter(({ source }) => source === 'difference');
    expect(told).toMatchObject({
      label: 'difference',
      score: 0,
      areaPx: 200,
      box: { x1: 292, y1: 60, x2: 312, y2: 70 },
    });
    expect(decodeRegion(told?.region ?? { x: 0, y: 0, widthPx: 0, heightPx: 0, runs: [] })).toEqual(
      new Uint8Array(200).fill(1),
    );
  });

  it('finds it at each border of each tile', async () => {
    // tiles of 128 px over 400 x 300 px begin at these
    for (const x of [0, 68, 136, 204, 272, 128, 196, 264, 332].map((edge) =>
      Math.min(edge - (edge > 0 ? 8 : 0), 384),
    )) {
      const spot = { x, y: 150 };
      const { detections } = await detector.detect(partWith([spot]), golden);
      expect(detections.map(({ box }) => iou(box, spotBox(spot)) > 0.55)).toEqual([true]);
    }
  });

  it('gives ids by falling score, the region of each defect, and the same answer to the same question', async () => {
    const part = partWith([
      { x: 40, y: 40 },
      { x: 222, y: 130 },
    ]);
    const said = await detector.detect(part, golden);
    expect(said.detections.map(({ id }) => id)).toEqual(['d1', 'd2']);
    expect(said.registration).toMatchObject({ status: 'aligned', dxPx: 0, scale: 1 });
    for (const { region, areaPx } of said.detections) {
      // The mask of the net has a quarter of the frame's resolution: the corners of the 256 px are rounded.
      expect(areaPx).toBeGreaterThan(170);
      expect(areaPx).toBeLessThan(300);
      expect(region && decodeRegion(region).reduce((sum, pixel) => sum + pixel, 0)).toBe(areaPx);
    }
    const { inferenceMs: _, ...again } = await detector.detect(part, golden);
    expect(said).toMatchObject(again);
  });

  it('tells a defect below the threshold as a candidate, and what differs there as another', async () => {
    const faint = partWith([{ x: 40, y: 40 }]);
    const data = faint.data.map((level, at) => (level === 255 ? (golden.data[at] ?? 0) + 90 : level));
    const { detections, candidates } = await detector.detect({ ...faint, data }, golden);
    expect(detections).toEqual([]);
    expect(candidates.map(({ id, source }) => `${id} ${source}`)).toEqual(['c1 net', 'c2 difference']);
  });

  it('reports nothing where it is not to care', async () => {
    const [cared, uncared] = [
      { x: 40, y: 40 },
      { x: 300, y: 200 },
    ];
    const mask = { x1: 290, y1: 190, x2: 330, y2: 230 };
    const { detections } = await detector.detect(partWith([cared, uncared]), golden, undefined, [mask]);
    expect(detections.map(({ box }) => iou(box, spotBox(cared)) > 0.5)).toEqual([true]);
  });
});

describe('a detector that compares', () => {
  it('asks for a golden sample', async () => {
    const detector = await openDetector('pair-centre');
    await expect(detector.detect(golden, null)).rejects.toMatchObject({ code: 'GOLDEN_INVALID' });
  });

  it('doubts a part whose golden has another size', async () => {
    const detector = await openDetector('pair-centre');
    const said = await detector.detect(
      golden,
      drawGrey(64, 64, () => 30),
    );
    expect(said.registration).toMatchObject({ status: 'uncertain', residual: 1 });
  });

  it('takes color frames, one pixel, and 30,000 x 2', async () => {
    const detector = await openDetector('pair-centre');
    const color: Image = { widthPx: 400, heightPx: 300, channels: 3, data: new Uint8Array(360_000).fill(40) };
    expect((await detector.detect(color, color)).detections).toEqual([]);
    for (const [widthPx, heightPx] of [
      [1, 1],
      [30_000, 2],
    ] as const) {
      const image = drawGrey(widthPx, heightPx, () => 40);
      expect((await detector.detect(image, image)).detections).toEqual([]);
    }
  });

  it('finishes a board that is dirty everywhere', async () => {
    const detector = await openDetector('pair-centre');
    const dirty = drawGrey(400, 300, (x, y) => ((x * 7919 + y * 104_729 + x * y) % 251 > 125 ? 250 : 10));
    const said = await detector.detect(dirty, golden);
    expect(said.registration?.status).toBe('uncertain');
  });

  it('works calls off one after the other, and stops at a signal', async () => {
    const detector = await openDetector('pair-centre');
    const answers = await Promise.all([1, 2, 3].map((n) => detector.detect(partWith([{ x: 40 * n, y: 40 }]), golden)));
    expect(answers.map(({ detections }) => Math.round((detections[0]?.box.x1 ?? 0) / 40))).toEqual([1, 2, 3]);
    await expect(detector.detect(golden, golden, AbortSignal.abort())).rejects.toThrow(/abort/i);
  });
});

describe("the user's own model", () => {
  it.each(['bright-yolo', 'bright-detr', 'grey-centre'])('%s finds what it marks, over tiles', async (name) => {
    const detector = await openDetector(name);
    const spot = { x: 180, y: 84 };
    const dark = drawGrey(320, 192, () => 0);
    const { detections, registration } = await detector.detect(partWith([spot], dark), null);
    expect(registration).toBeNull();
    expect(detections.map(({ label }) => label)).toEqual(['bright']);
    expect(iou(detections[0]?.box ?? spotBox({ x: 0, y: 0 }), spotBox(spot))).toBeGreaterThan(0.5);
  });
});

describe('a net whose answer is no number', () => {
  it('is told as failed: a part that it cannot see is not a clean one', async () => {
    const detector = await openDetector('silent-centre');
    const dark = drawGrey(320, 192, () => 0);
    expect((await detector.detect(dark, null)).detections).toEqual([]);
    const doomed = drawGrey(320, 192, (x, y) => (x < 16 && y < 16 ? 200 : 0));
    await expect(detector.detect(doomed, null)).rejects.toThrow('output heat holds values that are no numbers');
    expect((await detector.detect(dark, null)).detections).toEqual([]);
  });
});

describe('a model that is not what its manifest says', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hairline-models-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  const cases: readonly {
    readonly name: string;
    readonly model?: string;
    readonly change: Record<string, unknown>;
    readonly code: FaultCode;
  }[] = [
    { name: 'an unknown key', change: { colour: 'red' }, code: 'MODEL_MANIFEST_INVALID' },
    { name: 'an unknown head', change: { head: 'ssd' }, code: 'MODEL_MANIFEST_INVALID' },
    {
      name: 'a candidate threshold above the threshold',
      change: { candidateThreshold: 0.9 },
      code: 'MODEL_MANIFEST_INVALID',
    },
    { name: 'another digest', change: { sha256: '0'.repeat(64) }, code: 'MODEL_DIGEST_MISMATCH' },
    { name: 'another opset', change: { opset: 11 }, code: 'MODEL_LAYOUT_MISMATCH' },
    { name: 'a file that is not there', change: { file: 'other.onnx' }, code: 'MODEL_MISSING' },
    {
      name: 'an output that is not there',
      change: { outputs: { heat: 'scores', box: 'box', mask: 'mask' } },
      code: 'MODEL_LAYOUT_MISMATCH',
    },
    { name: 'labels that the outputs do not have', change: { labels: ['a', 'b', 'c'] }, code: 'MODEL_LAYOUT_MISMATCH' },
    {
      name: 'an input of another name',
      change: {
        input: {
          name: 'pixels',
          dtype: 'uint8',
          layout: 'NCHW',
          channels: ['tested', 'template'],
          scale: 1,
          mean: [0, 0],
          std: [1, 1],
        },
      },
      code: 'MODEL_LAYOUT_MISMATCH',
    },
    {
      name: 'channels that the graph does not take',
      change: {
        input: { name: 'tiles', dtype: 'uint8', layout: 'NCHW', channels: ['gray'], scale: 1, mean: [0], std: [1] },
      },
      code: 'MODEL_LAYOUT_MISMATCH',
    },
    {
      name: 'a tile that is no multiple of its step',
      change: { tile: { sidePx: 100, overlapPx: 10, regionPx: 64, sideMultiple: 32 } },
      code: 'MODEL_TILE_MISMATCH',
    },
    {
      name: 'a tile other than the graph is fixed to',
      model: 'bright-yolo',
      change: { tile: { sidePx: 128, overlapPx: 32, regionPx: null, sideMultiple: 64 } },
      code: 'MODEL_TILE_MISMATCH',
    },
  ];
  it.each(cases)('is refused for $name', async ({ model = 'pair-centre', change, code }) => {
    const place = join(folder, code + Object.keys(change).join('-'));
    await cp(join(modelDir, model), place, { recursive: true });
    const manifest = JSON.parse(await readFile(join(place, 'manifest.json'), 'utf8')) as Record<string, unknown>;
    await writeFile(join(place, 'manifest.json'), JSON.stringify({ ...manifest, ...change }));
    const error = await createDetector({ modelDir: '', name: join(place, 'manifest.json') }).then(
      () => null,
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(FaultError);
    expect(error).toMatchObject({ code });
  });

  it('is refused for bytes that are no model, for a tile that the caller does not expect, and for not being there', async () => {
    await cp(join(modelDir, 'pair-centre'), join(folder, 'broken'), { recursive: true });
    await writeFile(join(folder, 'broken/manifest.json'), '{');
    await expect(createDetector({ modelDir: folder, name: 'broken' })).rejects.toMatchObject({
      code: 'MODEL_MANIFEST_INVALID',
    });
    await expect(createDetector({ modelDir, name: 'pair-centre', tileSidePx: 640 })).rejects.toMatchObject({
      code: 'MODEL_TILE_MISMATCH',
    });
    await expect(createDetector({ modelDir, name: 'nothing' })).rejects.toMatchObject({ code: 'MODEL_MISSING' });
  });
});
