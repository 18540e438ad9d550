import type { Image } from '#detector/image.ts';

/** The two levels that a grey image of a part mostly has, e.g. laminate and copper, and how they spread. */
export interface GreyLevels {
  readonly dark: number;
  readonly bright: number;
}

/** About this many pixels are looked at, spread evenly. */
const sampleCount = 40_000;

/** Mean level of the pixels below and above Otsu's threshold (Otsu 1979), from an even sample of a grey image. */
export function greyLevels(image: Image): GreyLevels {
  const histogram = new Uint32Array(256);
  const { data } = image;
  // a step without a common factor with the width visits all columns
  let step = Math.max(1, Math.floor(data.length / sampleCount));
  while (step > 1 && image.widthPx % step === 0) step -= 1;
  let total = 0;
  let sum = 0;
  for (let at = 0; at < data.length; at += step) {
    const level = data[at] ?? 0;
    histogram[level] = (histogram[level] ?? 0) + 1;
    total += 1;
    sum += level;
  }
  return otsu(histogram, total, sum);
}

function otsu(histogram: Uint32Array, total: number, sum: number): GreyLevels {
  let best = { between: -1, dark: sum / total, bright: sum / total };
  let below = 0;
  let belowSum = 0;
  for (let level = 0; level < 255; level += 1) {
    below += histogram[level] ?? 0;
    belowSum += level * (histogram[level] ?? 0);
    const above = total - below;
    if (below === 0 || above === 0) continue;
    const dark = belowSum / below;
    const bright = (sum - belowSum) / above;
    const between = below * above * (bright - dark) ** 2;
    if (between > best.between) best = { between, dark, bright };
  }
  return { dark: best.dark, bright: best.bright };
}

/** Table that takes grey levels `from` linearly to the levels `to`; null where they agree to within `tolerance`. */
export function levelTable(from: GreyLevels, to: GreyLevels, tolerance: number): Uint8Array | null {
  if (Math.abs(from.dark - to.dark) <= tolerance && Math.abs(from.bright - to.bright) <= tolerance) return null;
  const range = from.bright - from.dark;
  const gain = range > 0 ? (to.bright - to.dark) / range : 1;
  return Uint8Array.from({ length: 256 }, (_, level) =>
    Math.max(0, Math.min(255, Math.round(to.dark + (level - from.dark) * gain))),
  );
}

/** Share of the contrast of a frame by which a pixel must differ from its golden, and the least that means something. */
const differenceShare = 0.3;
const leastDifference = 10;

/** Grey levels by which a pixel must differ to count as different. */
export function differenceLevel({ dark, bright }: GreyLevels): number {
  return Math.min(127, Math.max(leastDifference, Math.round((bright - dark) * differenceShare)));
}
