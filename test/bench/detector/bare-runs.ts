import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Detector } from '#detector/onnx/create-detector.ts';
import { sumPrecision } from '#detector/onnx/eight-bit-sums.ts';
import { loadModel, type LoadedModel } from '#detector/onnx/load-model.ts';
import { createFrameInspector, type InspectFrame } from '#detector/onnx/inspect-frame.ts';
import { batches, openWindowRunner, tensorFiller, type WindowRunner } from '#detector/onnx/run-windows.ts';
import { createGoldenComparer } from '#detector/template/compare-golden.ts';
import { loadOpenCv } from '#detector/template/open-cv.ts';
import { openDetectorThreads } from '#detector/threads/open-detector-threads.ts';
import type { BoardPair } from './mosaic.ts';

/** A detector put together from its parts, so that what goes to the network can be seen. */
export interface OpenedInspector extends AsyncDisposable {
  readonly inspect: InspectFrame;
  /** The tensors that the last frame made, copied. */
  readonly lastTensors: () => Tensor[];
}

/** Opens a pair model the way createDetector does. */
export async function openInspector(model: LoadedModel, threads: number): Promise<OpenedInspector> {
  const { manifest } = model;
  const runner = await openWindowRunner(model, { threads, scoreFrom: manifest.candidateThreshold });
  const fill = tensorFiller(manifest, null);
  let last: Parameters<WindowRunner['run']> | null = null;
  const watched: WindowRunner = {
    ...runner,
    run(...args) {
      last = args;
      return runner.run(...args);
    },
  };
  const comparer = createGoldenComparer(await loadOpenCv());
  const sizes = { batch: null, heightPx: null, widthPx: null };
  return {
    inspect: createFrameInspector({ manifest, runner: watched, comparer, look: 'differences' }),
    lastTensors() {
      if (last === null) return [];
      const [frame, windows] = last;
      return batches(windows, manifest.tile.sidePx ** 2, sizes).map((batch) => {
        const tensor = fill(frame, batch);
        return new Tensor('uint8', Uint8Array.from(tensor.data as Uint8Array), tensor.dims);
      });
    },
    [Symbol.asyncDispose]: () => runner[Symbol.asyncDispose](),
  };
}

/** What passes over the pairs take in all, ms, and what they looked at. */
export interface Passes {
  readonly detectorMs: readonly number[];
  readonly bareMs: readonly number[];
  /** Longest time of one frame alone. */
  readonly slowestMs: number;
  /** Mean of the windows' pixels a frame. */
  readonly windowsPx: number;
}

/** As the edge node looks: two threads, each with a network of one thread, and always a frame more than they work on. */
const threadCount = 2;
const inFlight = 3;

/**
 * Passes over the pairs through the detector in its threads, and through bare runs of the same tensors, one after the
 * other, in one session that may use as many threads.
 */
export async function comparePasses(
  choice: { readonly modelDir: string; readonly name: string },
  pairs: readonly BoardPair[],
  passes: number,
): Promise<Passes> {
  const model = await loadModel(choice.modelDir, choice.name);
  await using opened = await openInspector(model, 1);
  const tensors: Tensor[] = [];
  for (const { tested, golden } of pairs) {
    await opened.inspect(tested, golden, { dontCare: [] });
    tensors.push(...opened.lastTensors());
  }
  await using threads = openDetectorThreads(threadCount);
  const detector = await threads.create({ ...choice, threads: 1 });
  const session = await InferenceSession.create(model.bytes, {
    intraOpNumThreads: threadCount,
    interOpNumThreads: 1,
    extra: { session: { intra_op: { allow_spinning: '0' }, x64quantprecision: await sumPrecision() } },
  });
  const detectorMs: number[] = [];
  const bareMs: number[] = [];
  for (let pass = 0; pass < passes; pass += 1) {
    detectorMs.push(await timed(() => detectAll(detector, pairs)));
    let bare = 0;
    for (const tensor of tensors) bare += await timed(() => session.run({ [model.manifest.input.name]: tensor }));
    bareMs.push(bare);
  }
  await session.release();
  let slowestMs = 0;
  for (const { tested, golden } of pairs)
    slowestMs = Math.max(slowestMs, await timed(() => detector.detect(tested, golden)));
  const areas = tensors.map(({ dims }) => (dims[0] ?? 0) * (dims[2] ?? 0) * (dims[3] ?? 0));
  const windowsPx = areas.reduce((sum, area) => sum + area, 0) / pairs.length;
  return { detectorMs, bareMs, slowestMs, windowsPx };
}

async function detectAll(detector: Detector, pairs: readonly BoardPair[]): Promise<void> {
  const left = pairs.values();
  const take = async (): Promise<void> => {
    for (const { tested, golden } of left) await detector.detect(tested, golden);
  };
  await Promise.all(Array.from({ length: inFlight }, take));
}

/** Ms that an action takes. */
export async function timed(action: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await action();
  return performance.now() - startedAt;
}
