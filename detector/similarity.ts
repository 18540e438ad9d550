/** Affine map of pixel coordinates: x' = a x + b y + c, y' = d x + e y + f. */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** What an affine map does to a frame, about the frame's middle. */
export interface Pose {
  readonly dxPx: number;
  readonly dyPx: number;
  readonly rotationDeg: number;
  readonly scale: number;
  /** How far a corner of the frame lies from where shift, rotation and scale alone would put it. */
  readonly shearPx: number;
}

/** The map that leaves everything where it is. */
export const identity: Affine = [1, 0, 0, 0, 1, 0];

/** Shift, rotation and scale nearest to an affine map of a frame (least squares over its linear part). */
export function poseOf(map: Affine, widthPx: number, heightPx: number): Pose {
  const [a, b, c, d, e, f] = map;
  const x = (widthPx - 1) / 2;
  const y = (heightPx - 1) / 2;
  const cosine = (a + e) / 2;
  const sine = (d - b) / 2;
  return {
    dxPx: a * x + b * y + c - x,
    dyPx: d * x + e * y + f - y,
    rotationDeg: (Math.atan2(sine, cosine) * 180) / Math.PI,
    scale: Math.hypot(cosine, sine),
    shearPx: Math.hypot((a - e) / 2, (b + d) / 2) * Math.hypot(x, y),
  };
}

/** The map between images scaled by `factor`. */
export function scaleAffine([a, b, c, d, e, f]: Affine, factor: number): Affine {
  return [a, b, c * factor, d, e, f * factor];
}
