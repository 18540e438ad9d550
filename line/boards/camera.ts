import type { Image } from '#detector/image.ts';
import type { Mask } from '#line/boards/mask.ts';
import type { Random } from '#line/boards/random.ts';

/** How a board looks to the camera. Copper is dark on a bright substrate, as under ultraviolet light. */
export interface Look {
  readonly substrateGrey: number;
  readonly copperGrey: number;
  /** Radius of the optical blur in px; 0 keeps hard edges. */
  readonly blurPx: number;
  /** Standard deviation of the sensor noise in grey levels. */
  readonly noiseGrey: number;
  /** Largest change of the light across the picture, in grey levels. */
  readonly shadeGrey: number;
  /** True gives pure black and white with ragged edges, as a thresholded picture has. */
  readonly binary: boolean;
  /** Where the tested board lies against its artwork. */
  readonly shift: { readonly dxPx: number; readonly dyPx: number };
}

/** The look of a clean template: the same light and lens, without noise, shade and shift. */
export function templateLook(look: Look): Look {
  return { ...look, noiseGrey: 0, shadeGrey: 0, shift: { dxPx: 0, dyPx: 0 } };
}

/** Photographs an artwork; one channel. */
export function photograph(copper: Mask, look: Look, random: Random): Image {
  const { widthPx, heightPx } = copper;
  const share = blur(shifted(copper, look.shift), copper, look.blurPx);
  const data = new Uint8Array(widthPx * heightPx);
  const light = { angle: random.between(0, 2 * Math.PI), bow: random.between(-1, 1) };
  for (let y = 0; y < heightPx; y += 1) {
    for (let x = 0; x < widthPx; x += 1) {
      const index = y * widthPx + x;
      const copperShare = share[index] ?? 0;
      const noise = look.noiseGrey > 0 ? random.normal() * look.noiseGrey : 0;
      const shade = look.shadeGrey * shadeAt(x / widthPx - 0.5, y / heightPx - 0.5, light);
      const grey = look.substrateGrey + (look.copperGrey - look.substrateGrey) * copperShare + noise + shade;
      data[index] = look.binary ? threshold(grey, look) : Math.max(0, Math.min(255, Math.round(grey)));
    }
  }
  return { widthPx, heightPx, channels: 1, data };
}

function threshold(grey: number, look: Look): number {
  return grey > (look.substrateGrey + look.copperGrey) / 2 ? 255 : 0;
}

function shadeAt(x: number, y: number, light: { angle: number; bow: number }): number {
  return x * Math.cos(light.angle) + y * Math.sin(light.angle) + light.bow * (x * x + y * y - 0.17);
}

/** Share of copper, 0..1, under each pixel of the shifted board; what comes in at a border repeats the last row. */
function shifted(copper: Mask, shift: Look['shift']): Float32Array {
  const { widthPx, heightPx, data } = copper;
  const out = new Float32Array(data.length);
  const columnOf = (x: number): number => Math.max(0, Math.min(widthPx - 1, x));
  const rowOf = (y: number): number => Math.max(0, Math.min(heightPx - 1, y));
  const [left, top] = [Math.floor(-shift.dxPx), Math.floor(-shift.dyPx)];
  const [fx, fy] = [-shift.dxPx - left, -shift.dyPx - top];
  for (let y = 0; y < heightPx; y += 1) {
    const rowA = rowOf(y + top) * widthPx;
    const rowB = rowOf(y + top + 1) * widthPx;
    for (let x = 0; x < widthPx; x += 1) {
      const columnA = columnOf(x + left);
      const columnB = columnOf(x + left + 1);
      const upper = (data[rowA + columnA] ?? 0) * (1 - fx) + (data[rowA + columnB] ?? 0) * fx;
      const lower = (data[rowB + columnA] ?? 0) * (1 - fx) + (data[rowB + columnB] ?? 0) * fx;
      out[y * widthPx + x] = upper * (1 - fy) + lower * fy;
    }
  }
  return out;
}

/** Separable Gaussian; the border repeats its pixels. */
function blur(values: Float32Array, size: { widthPx: number; heightPx: number }, sigmaPx: number): Float32Array {
  if (sigmaPx <= 0) return values;
  const { widthPx, heightPx } = size;
  const reach = Math.ceil(sigmaPx * 2.5);
  const raw = Array.from({ length: 2 * reach + 1 }, (_, tap) => Math.exp(-((tap - reach) ** 2) / (2 * sigmaPx ** 2)));
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  const across = new Float32Array(values.length);
  const out = new Float32Array(values.length);
  raw.forEach((weight, tap) => {
    for (let y = 0; y < heightPx; y += 1) {
      const run = { to: y * widthPx, from: y * widthPx, shift: tap - reach, length: widthPx };
      addShifted(across, values, run, weight / total);
    }
  });
  raw.forEach((weight, tap) => {
    for (let y = 0; y < heightPx; y += 1) {
      const row = Math.max(0, Math.min(heightPx - 1, y + tap - reach));
      addShifted(out, across, { to: y * widthPx, from: row * widthPx, shift: 0, length: widthPx }, weight / total);
    }
  });
  return out;
}

/** Adds one row of `values`, moved by `shift` px along itself, to a row of `sum`. */
function addShifted(
  sum: Float32Array,
  values: Float32Array,
  run: { to: number; from: number; shift: number; length: number },
  weight: number,
): void {
  for (let x = 0; x < run.length; x += 1) {
    const at = Math.max(0, Math.min(run.length - 1, x + run.shift));
    sum[run.to + x] = (sum[run.to + x] ?? 0) + weight * (values[run.from + at] ?? 0);
  }
}
