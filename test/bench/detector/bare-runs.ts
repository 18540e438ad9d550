import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { LoadedModel } from '#detector/onnx/load-model.ts';
import { createFrameInspector, type InspectFrame } from '#detector/onnx/inspect-frame.ts';
import { batches, openWindowRunner, tensorFiller, type WindowRunner } from '#detector/onnx/run-windows.ts';
import { createGoldenComparer } from '#detector/template/compare-golden.ts';
import { loadOpenCv } from '#detector/template/open-cv.ts';
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

/** Ms of each pass over the pairs, through the detector and through bare runs of the same tensors, in turn. */
export async function comparePasses(
  model: LoadedModel,
  pairs: readonly BoardPair[],
  passes: number,
): Promise<{
  readonly detectorMs: number[];
  readonly bareMs: number[];
  readonly slowestMs: number;
  readonly windowsPx: number;
}> {
  await using opened = await openInspector(model, 2);
  const session = await InferenceSession.create(model.bytes, {
    intraOpNumThreads: 2,
    interOpNumThreads: 1,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const tensors: Tensor[][] = [];
  for (const { tested, golden } of pairs) {
    await opened.inspect(tested, golden, { dontCare: [] });
    tensors.push(opened.lastTensors());
  }
  const detectorMs: number[] = [];
  const bareMs: number[] = [];
  let slowestMs = 0;
  for (let pass = 0; pass < passes; pass += 1) {
    const times: number[] = [];
    for (const { tested, golden } of pairs)
      times.push(await timed(() => opened.inspect(tested, golden, { dontCare: [] })));
    detectorMs.push(times.reduce((sum, ms) => sum + ms, 0));
    slowestMs = Math.max(slowestMs, ...times);
    let bare = 0;
    for (const tensor of tensors.flat())
      bare += await timed(() => session.run({ [model.manifest.input.name]: tensor }));
    bareMs.push(bare);
  }
  await session.release();
  const areas = tensors.flat().map(({ dims }) => (dims[0] ?? 0) * (dims[2] ?? 0) * (dims[3] ?? 0));
  return { detectorMs, bareMs, slowestMs, windowsPx: areas.reduce((sum, area) => sum + area, 0) / pairs.length };
}

/** Ms that an action takes. */
export async function timed(action: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await action();
  return performance.now() - startedAt;
}
