import { Tensor, type InferenceSession } from 'onnxruntime-node';
import type { HeadTensor, TileDetection } from '#detector/head-output.ts';
import type { WindowMask } from '#detector/mask-region.ts';
import type { ModelManifest, ModelTile } from '#detector/model-manifest.ts';
import { copyWindow, normalization, type PlanarFrame } from '#detector/onnx/fill-tensor.ts';
import type { LoadedModel } from '#detector/onnx/load-model.ts';
import { checkShapes, openSession, type ModelSession } from '#detector/onnx/open-session.ts';
import { placeInFrame, type RawDetection } from '#detector/raw-detection.ts';
import { readCentreHead } from '#detector/read-centre-head.ts';
import { readDetrHead } from '#detector/read-detr-head.ts';
import { readYoloHead } from '#detector/read-yolo-head.ts';
import type { Window } from '#detector/window.ts';

/** A raw detection with the mask of its window, where the model gives one. */
export interface WindowDetection extends RawDetection {
  readonly mask: WindowMask | null;
}

/** Runs windows of a frame through the network. */
export interface WindowRunner extends AsyncDisposable {
  /** The tile as the graph allows it: a graph of fixed size takes nothing but whole tiles. */
  readonly tile: ModelTile;
  run(frame: PlanarFrame, windows: readonly Window[], signal?: AbortSignal): Promise<WindowDetection[]>;
}

/** How a model is run. */
export interface RunnerOptions {
  readonly threads: number;
  /** Scores from here on are told. */
  readonly scoreFrom: number;
}

/** Opens the session of a model; buffers are kept from run to run, memory is bounded by one tile's pixels a run. */
export async function openWindowRunner(
  model: LoadedModel,
  { threads, scoreFrom }: RunnerOptions,
): Promise<WindowRunner> {
  const opened = await openSession(model, threads);
  const { manifest } = model;
  const fill = tensorFiller(manifest, opened.fixed.batch);
  const batchPixels = manifest.tile.sidePx ** 2;
  const names = Object.values(manifest.outputs);
  let shapesChecked = false;
  const runBatch = async (frame: PlanarFrame, batch: readonly Window[]): Promise<WindowDetection[]> => {
    const outputs = await opened.session.run({ [manifest.input.name]: fill(frame, batch) }, names);
    const tensors = readOutputs(manifest, outputs);
    if (!shapesChecked)
      checkShapes(model, Object.fromEntries(Object.entries(tensors).map(([role, t]) => [role, t.dims])));
    shapesChecked = true;
    return batch.flatMap((window, index) => {
      const mask = maskOf(tensors['mask'], window, index);
      return readHead(manifest, tensors, window, { index, scoreFrom }).map((found) => ({
        ...placeInFrame(found, window, frame),
        mask,
      }));
    });
  };
  return {
    tile:
      opened.fixed.heightPx === null
        ? manifest.tile
        : { ...manifest.tile, sideMultiple: manifest.tile.sidePx, regionPx: null },
    async run(frame, windows, signal) {
      const found: WindowDetection[] = [];
      for (const batch of batches(windows, batchPixels, opened.fixed)) {
        signal?.throwIfAborted();
        found.push(...(await runBatch(frame, batch)));
      }
      return found;
    },
    async [Symbol.asyncDispose]() {
      await opened.session.release();
    },
  };
}

/** Windows of one size go together, up to `batchPixels`; a graph with a fixed batch gets that many at once. */
export function batches(windows: readonly Window[], batchPixels: number, fixed: ModelSession['fixed']): Window[][] {
  const bySize = Map.groupBy(windows, (window) => `${window.widthPx}x${window.heightPx}`);
  return [...bySize.values()].flatMap((group) => {
    const pixels = (group[0]?.widthPx ?? 1) * (group[0]?.heightPx ?? 1);
    const most = fixed.batch ?? Math.max(1, Math.floor(batchPixels / pixels));
    return Array.from({ length: Math.ceil(group.length / most) }, (_, i) => group.slice(i * most, (i + 1) * most));
  });
}

/** Fills the input tensor from a frame; the buffer is made once and grows with the largest batch. */
export function tensorFiller(manifest: ModelManifest, fixedBatch: number | null) {
  const { input } = manifest;
  const tables = input.channels.map((_, channel) => normalization(input, channel));
  let bytes = new Uint8Array(0);
  let floats = new Float32Array(0);
  return (frame: PlanarFrame, batch: readonly Window[]): Tensor => {
    const { widthPx = 0, heightPx = 0 } = batch[0] ?? {};
    const plane = widthPx * heightPx;
    const count = fixedBatch ?? batch.length;
    const size = count * input.channels.length * plane;
    if (bytes.length < size) bytes = new Uint8Array(size);
    batch.forEach((window, index) =>
      frame.planes.forEach((source, channel) => {
        const start = (index * input.channels.length + channel) * plane;
        copyWindow(frame, source, window, bytes.subarray(start, start + plane));
      }),
    );
    const dims = [count, input.channels.length, heightPx, widthPx];
    if (input.dtype === 'uint8') return new Tensor('uint8', bytes.subarray(0, size), dims);
    if (floats.length < size) floats = new Float32Array(size);
    tables.forEach((table, channel) => {
      for (let index = 0; index < count; index += 1) {
        const start = (index * input.channels.length + channel) * plane;
        for (let at = start; at < start + plane; at += 1) floats[at] = table[bytes[at] ?? 0] ?? 0;
      }
    });
    return new Tensor('float32', floats.subarray(0, size), dims);
  };
}

type HeadTensors = Readonly<Record<string, HeadTensor>>;

function readOutputs(manifest: ModelManifest, outputs: InferenceSession.ReturnType): HeadTensors {
  return Object.fromEntries(
    Object.entries(manifest.outputs).map(([role, name]) => {
      const tensor = outputs[name];
      if (!(tensor?.data instanceof Float32Array)) throw new TypeError(`output ${name} is not float32`);
      // No threshold holds against it: what the net cannot say would pass as clean.
      if (tensor.data.includes(Number.NaN)) throw new RangeError(`output ${name} holds values that are no numbers`);
      return [role, { dims: tensor.dims, data: tensor.data }];
    }),
  );
}

const nothing: HeadTensor = { dims: [], data: new Float32Array(0) };

function readHead(
  manifest: ModelManifest,
  tensors: HeadTensors,
  window: Window,
  { index, scoreFrom }: { readonly index: number; readonly scoreFrom: number },
): TileDetection[] {
  const input = {
    index,
    tileWidthPx: window.widthPx,
    tileHeightPx: window.heightPx,
    labelCount: manifest.labels.length,
    scoreFrom,
  };
  const { heat = nothing, box = nothing, predictions = nothing, boxes = nothing, logits = nothing } = tensors;
  switch (manifest.head) {
    case 'centre':
      return readCentreHead(heat, box, input);
    case 'yolo':
      return readYoloHead(predictions, input);
    case 'detr':
      return readDetrHead(boxes, logits, input);
  }
}

function maskOf(tensor: HeadTensor | undefined, window: Window, index: number): WindowMask | null {
  if (!tensor) return null;
  const [, , rows = 0, columns = 0] = tensor.dims;
  return { window, data: tensor.data, start: index * rows * columns, columns, rows };
}
