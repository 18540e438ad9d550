import sharp from 'sharp';
import type { Box } from '#detector/box.ts';
import { normal } from '#detector/seeded-random.ts';
import type { Image } from '#detector/image.ts';
import type { Affine } from '#detector/similarity.ts';
import { withMats, type OpenCv } from '#detector/template/open-cv.ts';

/** What a line may do to a part and its picture; each amount is drawn evenly up to the given one. */
export interface Perturbation {
  /** Shift each way, px. */
  readonly shift: number;
  /** Turn about the middle, degrees, either way. */
  readonly rotate: number;
  /** Scale about the middle, percent, either way. */
  readonly scale: number;
  /** Deviation of a Gaussian blur, px. */
  readonly blur: number;
  /** Deviation of noise, grey levels. */
  readonly noise: number;
  /** Strength of a new tone, 0..1: dark up by 60, bright down by 80 levels, gamma by a factor of 1.4 at 1. */
  readonly tone: number;
  /** JPEG quality lost, out of 100. */
  readonly jpeg: number;
}

/** The limits that are stated for a line. */
export const statedLimits: Perturbation = { shift: 12, rotate: 1.5, scale: 1, blur: 1.2, noise: 10, tone: 1, jpeg: 50 };

/** A part as it arrives, and where things of it went. */
export interface PerturbedImage {
  readonly image: Image;
  readonly moveBox: (box: Box) => Box;
}

/** Moves and wears a tested image; `random` gives numbers 0..1. Beyond its edge the edge is repeated. */
export async function perturb(
  cv: OpenCv,
  image: Image,
  amounts: Partial<Perturbation>,
  random: () => number,
): Promise<PerturbedImage> {
  const either = (amount = 0): number => (random() * 2 - 1) * amount;
  const pose = {
    dx: either(amounts.shift),
    dy: either(amounts.shift),
    turn: (either(amounts.rotate) * Math.PI) / 180,
    scale: 1 + either(amounts.scale) / 100,
  };
  const map = poseMap(pose, image);
  const moves = (amounts.shift ?? 0) + (amounts.rotate ?? 0) + (amounts.scale ?? 0) > 0;
  let worn = moves ? warp(cv, image, map) : image;
  if (amounts.tone !== undefined) worn = tone(worn, random() * amounts.tone, either(amounts.tone));
  if (amounts.blur !== undefined) worn = blur(cv, worn, random() * amounts.blur);
  if (amounts.noise !== undefined) worn = addNoise(worn, random() * amounts.noise, random);
  if (amounts.jpeg !== undefined) worn = await throughJpeg(worn, Math.round(95 - random() * amounts.jpeg));
  return { image: worn, moveBox: (box) => (moves ? moveBox(box, map, pose.scale) : box) };
}

function poseMap(
  pose: { readonly dx: number; readonly dy: number; readonly turn: number; readonly scale: number },
  { widthPx, heightPx }: Image,
): Affine {
  const cosine = pose.scale * Math.cos(pose.turn);
  const sine = pose.scale * Math.sin(pose.turn);
  const x = (widthPx - 1) / 2;
  const y = (heightPx - 1) / 2;
  return [cosine, -sine, x + pose.dx - cosine * x + sine * y, sine, cosine, y + pose.dy - sine * x - cosine * y];
}

/** The box around the moved middle with the scaled sides: the turn is too small to matter for them. */
function moveBox(box: Box, [a, b, c, d, e, f]: Affine, scale: number): Box {
  // pixel i covers i..i+1, while the map is of pixel indices
  const x = (box.x1 + box.x2) / 2 - 0.5;
  const y = (box.y1 + box.y2) / 2 - 0.5;
  const middleX = a * x + b * y + c + 0.5;
  const middleY = d * x + e * y + f + 0.5;
  const halfWidth = ((box.x2 - box.x1) * scale) / 2;
  const halfHeight = ((box.y2 - box.y1) * scale) / 2;
  return { x1: middleX - halfWidth, y1: middleY - halfHeight, x2: middleX + halfWidth, y2: middleY + halfHeight };
}

function warp(cv: OpenCv, image: Image, map: Affine): Image {
  return throughMat(cv, image, (source, target, keep) => {
    const matrix = keep(cv.matFromArray(2, 3, cv.CV_64FC1, [...map]));
    const size = new cv.Size(image.widthPx, image.heightPx);
    cv.warpAffine(source, target, matrix, size, cv.INTER_LINEAR, cv.BORDER_REPLICATE, new cv.Scalar());
  });
}

function blur(cv: OpenCv, image: Image, sigmaPx: number): Image {
  if (sigmaPx < 0.1) return image;
  return throughMat(cv, image, (source, target) => {
    cv.GaussianBlur(source, target, new cv.Size(0, 0), sigmaPx, sigmaPx, cv.BORDER_REPLICATE);
  });
}

type Mat = InstanceType<OpenCv['Mat']>;

function throughMat(
  cv: OpenCv,
  image: Image,
  change: (source: Mat, target: Mat, keep: (mat: Mat) => Mat) => void,
): Image {
  return withMats((keep) => {
    const kind = image.channels === 1 ? cv.CV_8UC1 : cv.CV_8UC3;
    const source = keep(new cv.Mat(image.heightPx, image.widthPx, kind));
    source.data.set(image.data);
    const target = keep(new cv.Mat());
    change(source, target, keep);
    return { ...image, data: new Uint8Array(target.data) };
  });
}

function tone(image: Image, strength: number, bend: number): Image {
  const dark = 60 * strength;
  const bright = 255 - 80 * strength;
  const gamma = 1.4 ** bend;
  const table = Uint8Array.from({ length: 256 }, (_, level) =>
    Math.round(dark + (bright - dark) * (level / 255) ** gamma),
  );
  return { ...image, data: image.data.map((level) => table[level] ?? 0) };
}

function addNoise(image: Image, sigma: number, random: () => number): Image {
  const noisy = (level: number): number => Math.max(0, Math.min(255, Math.round(level + sigma * normal(random))));
  return { ...image, data: image.data.map(noisy) };
}

async function throughJpeg(image: Image, quality: number): Promise<Image> {
  const { widthPx, heightPx, channels } = image;
  const raw = { width: widthPx, height: heightPx, channels };
  const coded = await sharp(image.data, { raw }).jpeg({ quality }).toBuffer();
  const decoded = sharp(coded).toColourspace(channels === 1 ? 'b-w' : 'srgb');
  return { ...image, data: await decoded.raw().toBuffer() };
}
