import type { Box } from '#detector/box.ts';

/** What one camera of a simulated station sees of a part. */
export interface ShownView {
  readonly viewId: string;
  readonly cameraId: string;
  readonly encoding: 'png' | 'jpeg';
  readonly widthPx: number;
  readonly heightPx: number;
  readonly bytes: Uint8Array;
}

/** What is really wrong with a part. Kept in the station's ledger for scoring; never shown to the pipeline. */
export interface PartTruth {
  readonly defective: boolean;
  readonly defects: readonly { readonly viewId: string; readonly label: string; readonly box: Box }[];
  /** False where a folder of images comes without annotations: such a part is not scored. */
  readonly known: boolean;
  /** Faults of a bad day that struck its frames. */
  readonly faults?: readonly string[];
}

/** A part as it comes down the line. */
export interface ShownPart {
  readonly serial: string;
  readonly attempt: number;
  readonly lot: string;
  readonly productId: string;
  readonly recipeId: string;
  readonly views: readonly ShownView[];
  readonly truth: PartTruth;
  /** True for a known bad part that proves the inspection. */
  readonly challenge?: boolean;
}

/** A golden sample of a product's view, as the edge node is given it beforehand: GOLDEN_DIR/productId/viewId.png. */
export interface GoldenSample {
  readonly productId: string;
  readonly viewId: string;
  readonly png: Uint8Array;
}

/** Where a simulated station takes its parts from. The same number gives the same part. */
export interface PartSource {
  /** How many parts there are; Infinity for a generator. */
  readonly count: number;
  /** Part `number` counts from 0. */
  part(number: number): Promise<ShownPart>;
  /** A known bad part to prove the inspection with, of the product of part `number`; null where there is none. */
  challenge(number: number): Promise<ShownPart | null>;
  /** Golden samples of every product that may come; empty where parts are judged without one. */
  goldens(): AsyncIterable<GoldenSample>;
}
