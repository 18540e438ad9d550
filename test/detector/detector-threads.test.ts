import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import type { FaultError } from '#host/fault.ts';
import type { Image } from '#detector/image.ts';
import { createDetector } from '#detector/onnx/create-detector.ts';
import { createGoldenKeys, ownPixels } from '#detector/threads/golden-keys.ts';
import { openDetectorThreads } from '#detector/threads/open-detector-threads.ts';
import { drawGrey } from '../support/drawn-image.ts';

const modelDir = join(import.meta.dirname, '../fixtures/models');
const golden = drawGrey(400, 300, (x, y) => (((x >> 5) + (y >> 5)) % 2 === 0 ? 30 : 60));

function partWithSpot(at: number): Image {
  const data = Uint8Array.from(golden.data);
  for (let row = at; row < at + 16; row += 1) data.fill(255, row * 400 + at, row * 400 + at + 16);
  return { ...golden, data };
}

describe('detectors in threads of their own', () => {
  it('find in many frames at once what one finds in each', async () => {
    await using threads = openDetectorThreads(2);
    const detector = await threads.create({ modelDir, name: 'pair-centre', threads: 1 });
    await using alone = await createDetector({ modelDir, name: 'pair-centre', threads: 1 });
    const parts = Array.from({ length: 12 }, (_, index) => partWithSpot(index * 20));
    const found = await Promise.all(parts.map((part) => detector.detect(part, golden)));
    for (const [index, part] of parts.entries()) {
      const { inferenceMs: _, ...wanted } = await alone.detect(part, golden);
      expect(found[index]).toMatchObject(wanted);
    }
    expect(detector.manifest).toEqual(alone.manifest);
  });

  it('leave the thread of the takt alone while they look', async () => {
    await using threads = openDetectorThreads(1);
    const detector = await threads.create({ modelDir, name: 'pair-centre' });
    let turns = 0;
    const count = setInterval(() => (turns += 1), 0);
    await detector.detect(partWithSpot(40), golden);
    clearInterval(count);
    expect(turns).toBeGreaterThan(0);
  });

  it('refuse in words what a detector refuses: a missing model, a missing golden', async () => {
    await using threads = openDetectorThreads(1);
    await expect(threads.create({ modelDir, name: 'nothing' })).rejects.toMatchObject({ code: 'MODEL_MISSING' });
    const detector = await threads.create({ modelDir, name: 'pair-centre' });
    await expect(detector.detect(golden, null)).rejects.toMatchObject({ code: 'GOLDEN_INVALID' });
    expect((await detector.detect(golden, golden)).detections).toEqual([]);
  });

  it('give up a frame whose time is over, and go on with the next', async () => {
    await using threads = openDetectorThreads(1);
    const detector = await threads.create({ modelDir, name: 'pair-centre' });
    const stopper = new AbortController();
    const late = detector.detect(partWithSpot(40), golden, stopper.signal);
    stopper.abort(new Error('too late'));
    await expect(late).rejects.toThrow('too late');
    await expect(detector.detect(golden, golden, stopper.signal)).rejects.toThrow('too late');
    expect((await detector.detect(partWithSpot(40), golden)).detections).toHaveLength(1);
  });

  it('fail the frames of a thread that ends, and look at the next in a new one', async () => {
    // The thread of this test ends at every third message, whatever it is.
    const script = pathToFileURL(join(import.meta.dirname, '../fixtures/threads/ends-at-third-message.ts'));
    await using threads = openDetectorThreads(1, { script });
    const detector = await threads.create({ modelDir, name: 'pair-centre' });
    expect((await detector.detect(partWithSpot(40), golden)).detections).toHaveLength(1);
    await expect(detector.detect(partWithSpot(60), golden)).rejects.toThrow('ended');
    expect((await detector.detect(partWithSpot(80), golden)).detections).toHaveLength(1);
  });

  it('let go of a frame that nobody waits for any more before it was looked at', async () => {
    const script = pathToFileURL(join(import.meta.dirname, '../fixtures/threads/tells-its-answers.ts'));
    await using stack = new AsyncDisposableStack();
    const told = stack.adopt(new BroadcastChannel('answers'), (channel) => channel.close());
    const kinds: unknown[] = [];
    told.onmessage = ({ data }) => void kinds.push(data);
    await using threads = openDetectorThreads(1, { script });
    const detector = await threads.create({ modelDir, name: 'pair-centre', threads: 1 });
    const stopper = new AbortController();
    // So many that the last is not reached before its word comes, however late this thread has its turn.
    const before = Array.from({ length: 20 }, () => detector.detect(partWithSpot(40), golden));
    const last = detector.detect(partWithSpot(60), golden, stopper.signal);
    // All are with the thread by then.
    await new Promise((resolve) => setImmediate(resolve));
    stopper.abort(new Error('too late'));
    await expect(last).rejects.toThrow('too late');
    await Promise.all(before);
    await vi.waitFor(() => expect(kinds).toEqual(['opened', ...before.map(() => 'found'), 'failed']));
  });

  it('are ended and started again when one hangs, which is told with a code', async () => {
    const script = pathToFileURL(join(import.meta.dirname, '../fixtures/threads/hangs-at-third-message.ts'));
    const faults: FaultError[] = [];
    await using threads = openDetectorThreads(1, {
      script,
      patienceMs: 300,
      onEnded: (fault) => void faults.push(fault),
    });
    const detector = await threads.create({ modelDir, name: 'pair-centre' });
    await detector.detect(partWithSpot(40), golden);
    await expect(detector.detect(partWithSpot(60), golden, AbortSignal.timeout(100))).rejects.toThrow('timeout');
    await vi.waitFor(() => expect(faults).toMatchObject([{ code: 'DETECTOR_ENDED' }]), { timeout: 10_000 });
    expect((await detector.detect(partWithSpot(80), golden)).detections).toHaveLength(1);
  });

  it('are not ended while a frame takes long that somebody waits for', async () => {
    const faults: FaultError[] = [];
    await using threads = openDetectorThreads(1, { patienceMs: 1, onEnded: (fault) => void faults.push(fault) });
    const detector = await threads.create({ modelDir, name: 'pair-centre' });
    expect((await detector.detect(partWithSpot(40), golden)).detections).toHaveLength(1);
    expect(faults).toEqual([]);
  });

  it('never look with another file than the one they began with, though a thread ends', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hairline-models-'));
    await cp(join(modelDir, 'pair-centre'), join(folder, 'model'), { recursive: true });
    const script = pathToFileURL(join(import.meta.dirname, '../fixtures/threads/ends-at-third-message.ts'));
    await using threads = openDetectorThreads(1, { script });
    const detector = await threads.create({ modelDir: folder, name: 'model', threads: 1 });
    await detector.detect(golden, golden);
    await cp(join(modelDir, 'silent-centre'), join(folder, 'model'), { recursive: true });
    await expect(detector.detect(golden, golden)).rejects.toThrow('ended');
    await expect(detector.detect(golden, golden)).rejects.toMatchObject({ code: 'MODEL_DIGEST_MISMATCH' });
    await rm(folder, { recursive: true });
  });

  it('refuse a frame after they are closed, and start nothing for it', async () => {
    const threads = openDetectorThreads(1);
    const detector = await threads.create({ modelDir, name: 'pair-centre' });
    await threads[Symbol.asyncDispose]();
    await expect(detector.detect(golden, golden)).rejects.toThrow(/closed|ended/);
  });

  it('are closed one by one, and all together', async () => {
    await using threads = openDetectorThreads(2);
    const [first, second] = await Promise.all([
      threads.create({ modelDir, name: 'pair-centre' }),
      threads.create({ modelDir, name: 'pair-centre' }),
    ]);
    await first[Symbol.asyncDispose]();
    await expect(first.detect(golden, golden)).rejects.toThrow('closed');
    expect((await second.detect(partWithSpot(40), golden)).detections).toHaveLength(1);
  });
});

describe('the goldens of a thread', () => {
  const image = (value: number): Image => ({ widthPx: 1, heightPx: 1, channels: 1, data: Uint8Array.of(value) });

  it('are sent once, and the one used longest ago is forgotten when there are too many', () => {
    const keys = createGoldenKeys(2);
    const [a, b, c] = [image(1), image(2), image(3)];
    expect(keys.name(a)).toEqual({ golden: { key: 0, image: a }, forget: [] });
    expect(keys.name(b)).toEqual({ golden: { key: 1, image: b }, forget: [] });
    expect(keys.name(a)).toEqual({ golden: { key: 0, image: null }, forget: [] });
    expect(keys.name(c)).toEqual({ golden: { key: 2, image: c }, forget: [1] });
    expect(keys.name(b)).toEqual({ golden: { key: 3, image: b }, forget: [0] });
  });

  it('take no more along than their own pixels', () => {
    const shared = new Uint8Array(1000);
    const part: Image = { widthPx: 2, heightPx: 1, channels: 1, data: shared.subarray(10, 12) };
    expect(ownPixels(part).data.buffer.byteLength).toBe(2);
    expect(ownPixels(image(1)).data.buffer.byteLength).toBe(1);
  });
});
