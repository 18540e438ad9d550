/** How the pixels of a window become the input tensor: value = (pixel * scale - mean) / std, for each channel. */
export interface ModelInput {
  readonly name: string;
  readonly dtype: 'uint8' | 'float32';
  readonly layout: 'NCHW';
  /** `tested`, `template`: grey part and grey golden; else the colors or grey of one image. */
  readonly channels: readonly ('tested' | 'template' | 'red' | 'green' | 'blue' | 'gray')[];
  readonly scale: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** The scale a model was trained at: windows are never resized, so one training pixel is one frame pixel. */
export interface ModelTile {
  /** Side of a tile of a large frame. */
  readonly sidePx: number;
  /** Least overlap of neighboring tiles: at least the largest defect. */
  readonly overlapPx: number;
  /** Side of the windows around differences; null where looking only there would cost recall. */
  readonly regionPx: number | null;
  /** Sides of windows are multiples of this. */
  readonly sideMultiple: number;
  readonly scaleNote?: string | undefined;
}

/** What the outputs are called; the head says how they are read. */
export type ModelHead =
  | {
      readonly head: 'centre';
      readonly outputs: { readonly heat: string; readonly box: string; readonly mask: string };
    }
  | { readonly head: 'yolo'; readonly outputs: { readonly predictions: string } }
  | { readonly head: 'detr'; readonly outputs: { readonly boxes: string; readonly logits: string } };

/** One measured figure with its 95 % interval. */
export interface ModelFigure {
  readonly set: string;
  readonly metric: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What stands in the manifest.json beside a model. */
export type ModelManifest = ModelHead & {
  readonly schemaVersion: 1;
  readonly name: string;
  readonly version: string;
  /** Name of the ONNX file beside the manifest. */
  readonly file: string;
  readonly sha256: string;
  readonly opset: number;
  readonly input: ModelInput;
  readonly tile: ModelTile;
  readonly labels: readonly string[];
  /** Scores from here on are detections, below it candidates. */
  readonly threshold: number;
  /** Scores below this are not told at all. */
  readonly candidateThreshold: number;
  readonly training: {
    readonly data: readonly {
      readonly name: string;
      readonly licence: string;
      readonly redistributable: boolean;
      readonly images: number;
    }[];
    readonly seed: number;
    readonly steps: number;
    readonly commit: string;
  };
  readonly figures: readonly ModelFigure[];
};

/** Whether the model compares a part with its golden. */
export function needsGolden(manifest: ModelManifest): boolean {
  return manifest.input.channels.includes('template');
}
