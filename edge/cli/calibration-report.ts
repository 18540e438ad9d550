import { frameDoubts } from '#edge/validity/frame-doubts.ts';
import {
  measureNames,
  spreadOf,
  type GoodFrame,
  type MeasureName,
  type ProposedLimits,
} from '#edge/validity/propose-limits.ts';
import type { FrameLimits } from '#rules/recipe.ts';

type AnyLimits = ProposedLimits | FrameLimits;

const limitText: { readonly [Name in MeasureName]: (limits: AnyLimits) => string } = {
  meanGrey: ({ meanGrey: [from, to] }) => `${from} to ${to}`,
  contrast: ({ contrastFrom }) => `from ${contrastFrom}`,
  sharpness: ({ sharpnessFrom }) => `from ${sharpnessFrom}`,
  residual: ({ residualUpTo }) => (residualUpTo === null ? 'as it is' : `up to ${residualUpTo}`),
};

/** What was measured, beside the limits in force and those proposed; one line for each measure, and how many good frames each limit would refuse. */
export function calibrationReport(
  frames: readonly GoodFrame[],
  inForce: FrameLimits,
  proposed: ProposedLimits,
): string {
  const rows = measureNames.flatMap((name) => {
    const spread = spreadOf(frames, name);
    if (!spread) return [`${name.padEnd(10)} not measured: no golden`];
    const seen = [spread.least, spread.median, spread.greatest].map((value) => value.toPrecision(3)).join(' / ');
    return [
      `${name.padEnd(10)} ${seen.padEnd(24)} now ${limitText[name](inForce).padEnd(16)} proposed ${limitText[name](proposed)}`,
    ];
  });
  const views = [...new Set(frames.map(({ viewId }) => viewId))].join(', ');
  const refused = frames.filter((frame) => refusedBy(frame, inForce) !== null).length;
  return [
    `${frames.length} good frames of ${views}: least / median / greatest`,
    ...rows,
    `The limits in force would refuse ${refused} of them.`,
  ].join('\n');
}

/** Why limits refuse a frame; null where they take it for fit. */
export function refusedBy(frame: GoodFrame, limits: AnyLimits): string | null {
  const { residualUpTo } = limits;
  const doubts = frameDoubts(frame, frame, { ...limits, residualUpTo: residualUpTo ?? 1, repeatedWithin: 0 });
  if (doubts[0] !== undefined) return doubts[0];
  return frame.residual !== null && residualUpTo !== null && frame.residual > residualUpTo ? 'not-aligned' : null;
}
