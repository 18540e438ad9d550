import type { Box } from '#detector/box.ts';
import type { Detections } from '#detector/detection.ts';
import type { Image } from '#detector/image.ts';
import type { ModelManifest } from '#detector/model-manifest.ts';

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
}

/** A loaded, warmed-up model. Calls are worked off one after the other. */
export interface Detector extends AsyncDisposable {
  readonly manifest: ModelManifest;
  /**
   * Finds the defects of one frame. `golden` is required by models with a template channel (GOLDEN_INVALID without it),
   * must show the same view, and is ignored by the others. `dontCare`: boxes in frame px where nothing is reported.
   * Same input, same output. Ids are d1, d2, ... and c1, c2, ... by falling score, then position.
   */
  detect(image: Image, golden: Image | null, signal?: AbortSignal, dontCare?: readonly Box[]): Promise<Detections>;
}

/**
 * Opens a model: checks manifest, digest, opset, inputs and outputs (MODEL_* faults), then runs it once so that the
 * first part is as fast as the rest.
 */
export declare function createDetector(options: DetectorOptions): Promise<Detector>;
