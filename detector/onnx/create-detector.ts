import type { Box } from '#detector/box.ts';
import type { Detections } from '#detector/detection.ts';
import type { Image } from '#detector/image.ts';
import { needsGolden, type ModelManifest } from '#detector/model-manifest.ts';
import { createFrameInspector, type InspectFrame } from '#detector/onnx/inspect-frame.ts';
import { loadModel } from '#detector/onnx/load-model.ts';
import { openWindowRunner } from '#detector/onnx/run-windows.ts';
import { createGoldenComparer } from '#detector/template/compare-golden.ts';
import { loadOpenCv } from '#detector/template/open-cv.ts';
import { FaultError } from '#host/fault.ts';

/** Where the model is and how much of the machine it may use. */
export interface DetectorOptions {
  /** Folder that holds one folder a model, e.g. detector/models. */
  readonly modelDir: string;
  /** Folder of the model inside modelDir, or a path to a manifest.json. */
  readonly name: string;
  /** Threads of one inference; default 2. */
  readonly threads?: number;
  /** `differences` (default): only windows where part and golden differ; `whole`: always every tile. */
  readonly look?: 'differences' | 'whole';
  /** Tile side the caller expects; MODEL_TILE_MISMATCH if the model was trained at another. */
  readonly tileSidePx?: number;
  /** Scores from here on are told; default the candidateThreshold of the manifest. Lower only to measure a model. */
  readonly scoreFrom?: number;
}

/** A loaded, warmed-up model. Calls are worked off one after the other. */
export interface Detector extends AsyncDisposable {
  readonly manifest: ModelManifest;
  /**
   * Finds the defects of one frame. `golden` is required by models with a template channel (GOLDEN_INVALID without it),
   * must show the same view, and is ignored by the others. `dontCare`: boxes in frame px where nothing is reported.
   * Same input, same output. Ids are d1, d2, ... and c1, c2, ... by falling score, then position; what
   * differs from the golden and is in no detection comes after the candidates of the net, by falling size.
   */
  detect(image: Image, golden: Image | null, signal?: AbortSignal, dontCare?: readonly Box[]): Promise<Detections>;
}

/**
 * Opens a model: checks manifest, digest, opset, inputs and outputs (MODEL_* faults), then runs it once so that the
 * first part is as fast as the rest.
 */
export async function createDetector(options: DetectorOptions): Promise<Detector> {
  const model = await loadModel(options.modelDir, options.name);
  const { manifest, place } = model;
  if (options.tileSidePx !== undefined && options.tileSidePx !== manifest.tile.sidePx) {
    throw new FaultError(
      'MODEL_TILE_MISMATCH',
      `trained at ${manifest.tile.sidePx} px, asked for ${options.tileSidePx}`,
      {
        place,
        wayOut: 'Use the tile of the manifest, or train a model at the other one.',
      },
    );
  }
  const runner = await openWindowRunner(model, {
    threads: options.threads ?? 2,
    scoreFrom: options.scoreFrom ?? manifest.candidateThreshold,
  });
  const look = options.look ?? 'differences';
  const comparer = needsGolden(manifest) ? createGoldenComparer(await loadOpenCv()) : null;
  const inspect = createFrameInspector({ manifest, runner, comparer, look });
  await warmUp(manifest, inspect);
  let last: Promise<unknown> = Promise.resolve();
  return {
    manifest,
    detect(image, golden, signal, dontCare = []) {
      const result = last.then(() => inspect(image, golden, { signal, dontCare }));
      last = result.catch(() => undefined);
      return result;
    },
    async [Symbol.asyncDispose]() {
      await last;
      await runner[Symbol.asyncDispose]();
    },
  };
}

/** A tile that is clean, one with a spot, one that is bright: so every path is compiled and every buffer made. */
async function warmUp(manifest: ModelManifest, inspect: InspectFrame): Promise<void> {
  const { sidePx } = manifest.tile;
  const clean: Image = { widthPx: sidePx, heightPx: sidePx, channels: 1, data: new Uint8Array(sidePx * sidePx) };
  const bright: Image = { ...clean, data: new Uint8Array(sidePx * sidePx).fill(255) };
  const spotted: Image = { ...clean, data: new Uint8Array(sidePx * sidePx) };
  for (let row = 0; row < 16; row += 1) spotted.data.fill(255, row * sidePx, row * sidePx + 16);
  for (const image of [clean, spotted, bright]) {
    await inspect(image, needsGolden(manifest) ? clean : null, { dontCare: [] });
  }
}
