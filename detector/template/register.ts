import type { Image } from '#detector/image.ts';
import { identity, poseOf, scaleAffine, type Affine } from '#detector/similarity.ts';
import { withMats, type OpenCv } from '#detector/template/open-cv.ts';

type Mat = InstanceType<OpenCv['Mat']>;

/** How a golden lies under a tested frame. */
export interface Fit {
  /** Golden pixel to tested pixel. */
  readonly map: Affine;
  /** Correlation of the two after the fit, -1..1; null where the search did not converge. */
  readonly correlation: number | null;
}

/** Longer sides, in px, of the pictures that are aligned one after the other, and the most steps on each. */
const levels = [
  { sidePx: 160, steps: 15 },
  { sidePx: 320, steps: 3 },
] as const;
/** Width of the Gaussian that smooths the pictures while they are aligned. */
const smoothingPx = 5;
const stepPrecision = 1e-3;
/** Shifts whose correlation is this near to the best are as good: the shortest of them is taken. */
const asGood = 0.004;
/** OpenCV's MOTION_EUCLIDEAN, which the JavaScript build does not name. */
const euclidean = 1;

/**
 * Fits a golden to a tested frame, both grey and of one size: first the whole-pixel shift up to `searchPx` with the best
 * normalized correlation, then an affine map by enhanced correlation (Evangelidis and Psarakis 2008), coarse to fine.
 * Where that shears a frame by more than `shearPx`, the picture does not hold it in every direction (parallel lines):
 * then a shift and a turn must do.
 */
export function register(
  cv: OpenCv,
  pair: { readonly tested: Image; readonly golden: Image },
  limits: { readonly searchPx: number; readonly shearPx: number },
): Fit {
  return withMats((keep) => {
    const { tested, golden } = pair;
    const [from, to] = [keep(toMat(cv, golden)), keep(toMat(cv, tested))];
    const longer = Math.max(tested.widthPx, tested.heightPx);
    const pyramid = levels.map(({ sidePx, steps }): Level => {
      const factor = Math.min(1, sidePx / longer);
      return { from: keep(shrink(cv, from, factor)), to: keep(shrink(cv, to, factor)), factor, steps };
    });
    const [coarse] = pyramid;
    const start = coarse ? coarseShift(cv, coarse, limits.searchPx) : identity;
    const affine = climb(cv, pyramid, start, cv.MOTION_AFFINE);
    if (poseOf(affine.map, tested.widthPx, tested.heightPx).shearPx <= limits.shearPx) return affine;
    return climb(cv, pyramid, start, euclidean);
  });
}

function climb(cv: OpenCv, pyramid: readonly Level[], start: Affine, motion: number): Fit {
  let fit: Fit = { map: start, correlation: null };
  for (const level of pyramid) {
    const refined = refine(cv, level, fit.map, motion);
    if (refined === null) return { ...fit, correlation: null };
    fit = refined;
  }
  return fit;
}

/** The golden as it looks where the map puts it, in `target` (one byte a pixel); beyond its edge the edge is repeated. */
export function warpGolden(cv: OpenCv, golden: Image, map: Affine, target: Uint8Array): Image {
  return withMats((keep) => {
    const source = keep(toMat(cv, golden));
    const warped = keep(new cv.Mat());
    const matrix = keep(cv.matFromArray(2, 3, cv.CV_64FC1, [...map]));
    const size = new cv.Size(golden.widthPx, golden.heightPx);
    cv.warpAffine(source, warped, matrix, size, cv.INTER_LINEAR, cv.BORDER_REPLICATE, new cv.Scalar());
    target.set(warped.data);
    return { ...golden, data: target };
  });
}

/** The two pictures at one size. */
interface Level {
  readonly from: Mat;
  readonly to: Mat;
  /** Size of the two over that of the frame. */
  readonly factor: number;
  readonly steps: number;
}

function coarseShift(cv: OpenCv, { from, to, factor }: Level, searchPx: number): Affine {
  return withMats((keep) => {
    const reach = Math.ceil(searchPx * factor);
    const width = from.cols - 2 * reach;
    const height = from.rows - 2 * reach;
    if (width < 16 || height < 16) return identity;
    const middle = keep(from.roi(new cv.Rect(reach, reach, width, height)));
    const score = keep(new cv.Mat());
    cv.matchTemplate(to, middle, score, cv.TM_CCOEFF_NORMED);
    const side = 2 * reach + 1;
    const best = Math.max(...score.data32F);
    let shortest = { x: side, y: side };
    for (const [at, value] of score.data32F.entries()) {
      const shift = { x: (at % side) - reach, y: Math.floor(at / side) - reach };
      if (value >= best - asGood && Math.hypot(shift.x, shift.y) < Math.hypot(shortest.x, shortest.y)) shortest = shift;
    }
    // a flat picture correlates with nothing: not a number
    if (shortest.x === side) return identity;
    return [1, 0, shortest.x / factor, 0, 1, shortest.y / factor];
  });
}

function refine(cv: OpenCv, { from, to, factor, steps }: Level, start: Affine, motion: number): Fit | null {
  return withMats((keep) => {
    const matrix = keep(cv.matFromArray(2, 3, cv.CV_32FC1, [...scaleAffine(start, factor)]));
    const everywhere = keep(new cv.Mat());
    const until = new cv.TermCriteria(cv.TermCriteria_COUNT + cv.TermCriteria_EPS, steps, stepPrecision);
    let correlation: number;
    try {
      correlation = cv.findTransformECC(from, to, matrix, motion, until, everywhere, smoothingPx);
    } catch {
      // OpenCV throws where the correlation falls: the two do not show the same part
      return null;
    }
    const [a = 1, b = 0, c = 0, d = 0, e = 1, f = 0] = matrix.data32F;
    return { map: scaleAffine([a, b, c, d, e, f], 1 / factor), correlation };
  });
}

function toMat(cv: OpenCv, image: Image): Mat {
  const mat = new cv.Mat(image.heightPx, image.widthPx, cv.CV_8UC1);
  mat.data.set(image.data);
  return mat;
}

function shrink(cv: OpenCv, mat: Mat, factor: number): Mat {
  const small = new cv.Mat();
  const size = new cv.Size(Math.max(1, Math.round(mat.cols * factor)), Math.max(1, Math.round(mat.rows * factor)));
  cv.resize(mat, small, size, 0, 0, cv.INTER_AREA);
  return small;
}
