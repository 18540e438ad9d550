import type { Registration } from '#detector/detection.ts';
import type { Image } from '#detector/image.ts';
import { poseOf, type Affine } from '#detector/similarity.ts';

/** How far a part may lie from its golden. Beyond it the fit is uncertain, which is a doubt on the part. */
export const registrationLimits = {
  /** Squares that no near seam explains, per square with an edge: from here on a fit is sought, ... */
  strayShare: 0.6,
  /** ... unless they are so few. */
  strayCells: 24,
  /** Furthest shift that is sought. */
  searchPx: 20,
  /** A part may be shifted by 12 px, turned by 1.5 degrees, scaled by 1 %; the rest is what measuring these may err. */
  shiftPx: 14,
  rotationDeg: 1.8,
  scale: 0.015,
  /** Corner displacement that shift, rotation and scale do not explain. */
  shearPx: 6,
  /** Least correlation of part and golden. */
  correlation: 0.75,
} as const;

/** Says how a fit lies and whether it lies within the limits. */
export function judgeFit(
  fit: { readonly map: Affine; readonly correlation: number | null },
  { widthPx, heightPx }: Image,
  residual: number,
): Registration {
  const { shearPx, ...pose } = poseOf(fit.map, widthPx, heightPx);
  const limits = registrationLimits;
  const within =
    Math.abs(pose.dxPx) <= limits.shiftPx &&
    Math.abs(pose.dyPx) <= limits.shiftPx &&
    Math.abs(pose.rotationDeg) <= limits.rotationDeg &&
    Math.abs(pose.scale - 1) <= limits.scale &&
    shearPx <= limits.shearPx &&
    (fit.correlation ?? -1) >= limits.correlation;
  return { status: within ? 'aligned' : 'uncertain', ...pose, residual };
}
