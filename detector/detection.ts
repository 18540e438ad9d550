import type { Box } from '#detector/box.ts';

/** A set of pixels of a frame: run lengths over the rows of a window, outside first, then inside, in turn. */
export interface RegionMask {
  /** Left and top of the window in frame pixels. */
  readonly x: number;
  readonly y: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly runs: readonly number[];
}

/** The detector's claim of one defect. */
export interface Detection {
  /** Unique within an inspection, e.g. `top-d3`. */
  readonly id: string;
  readonly label: string;
  /** 0..1, comparable within one model only. */
  readonly score: number;
  readonly box: Box;
  /** Area of the region in pixels; of the box where there is no region. */
  readonly areaPx: number;
  /** Pixels that differ or that the net marks as defect; null where the model gives none. */
  readonly region: RegionMask | null;
}

/**
 * A weaker suspicion: below the detector's threshold, or a difference from the golden in which the net sees nothing, whose
 * label is `difference` and whose score is 0. Same fields.
 */
export interface Candidate extends Detection {
  readonly source: 'net' | 'difference';
}

/** How the tested part lies against its golden. */
export interface Registration {
  /** `uncertain`: the fit is outside the stated limits, which is a doubt on the part. */
  readonly status: 'aligned' | 'uncertain';
  readonly dxPx: number;
  readonly dyPx: number;
  readonly rotationDeg: number;
  readonly scale: number;
  /** Share of pixels, 0..1, that still differ after registration. */
  readonly residual: number;
}

/** All that the detector says of one frame. Ordered by falling score, ids in that order. */
export interface Detections {
  readonly detections: readonly Detection[];
  readonly candidates: readonly Candidate[];
  /** null where no golden was given. */
  readonly registration: Registration | null;
  readonly inferenceMs: number;
}
