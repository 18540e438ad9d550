import type { FrameLimits } from '#rules/recipe.ts';

/** What was measured of one good frame. */
export interface GoodFrame {
  readonly viewId: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly meanGrey: number;
  readonly contrast: number;
  readonly sharpness: number;
  /** Share of differing pixels after registration; null where there is no golden. */
  readonly residual: number | null;
}

/** Least, middle and greatest of what was measured. */
export interface Spread {
  readonly least: number;
  readonly median: number;
  readonly greatest: number;
}

/** Measures of a frame that a recipe limits, in the order in which they are shown. */
export const measureNames = ['meanGrey', 'contrast', 'sharpness', 'residual'] as const;

export type MeasureName = (typeof measureNames)[number];

/** Spread of one measure over frames; null where none of them has it. */
export function spreadOf(frames: readonly GoodFrame[], name: MeasureName): Spread | null {
  const values = frames.map((frame) => frame[name]).filter((value) => value !== null);
  const sorted = values.toSorted((a, b) => a - b);
  const [least, median, greatest] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  return least === undefined || median === undefined || greatest === undefined ? null : { least, median, greatest };
}

/** The limits of a recipe that follow from frames. */
export type ProposedLimits = Omit<FrameLimits, 'repeatedWithin' | 'residualUpTo'> & {
  /** null where no frame was compared with a golden. */
  readonly residualUpTo: number | null;
};

/**
 * Limits that leave `margin` (0 to 1) of room around good frames: a lower limit lies that share below the least of them,
 * an upper one that share above the greatest; grey levels keep off the ends of their range by the same share of what is
 * left. The sizes are those seen. Null without frames. A person takes them into the recipe or not.
 */
export function proposeLimits(frames: readonly GoodFrame[], margin: number): ProposedLimits | null {
  const [grey, contrast, sharpness, residual] = measureNames.map((name) => spreadOf(frames, name));
  if (!grey || !contrast || !sharpness) return null;
  const widths = frames.map(({ widthPx }) => widthPx);
  const heights = frames.map(({ heightPx }) => heightPx);
  return {
    widthPx: [Math.min(...widths), Math.max(...widths)],
    heightPx: [Math.min(...heights), Math.max(...heights)],
    meanGrey: [digits(grey.least * (1 - margin)), digits(grey.greatest + (255 - grey.greatest) * margin)],
    sharpnessFrom: digits(sharpness.least * (1 - margin)),
    contrastFrom: digits(contrast.least * (1 - margin)),
    residualUpTo: residual ? Math.min(1, digits(residual.greatest * (1 + margin))) : null,
  };
}

/** Three significant digits: nobody sets a lamp finer. */
function digits(value: number): number {
  return Number(value.toPrecision(3));
}
