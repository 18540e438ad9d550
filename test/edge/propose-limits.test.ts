import { describe, expect, it } from 'vitest';
import { calibrationReport, refusedBy } from '#edge/cli/calibration-report.ts';
import { proposeLimits, spreadOf, type GoodFrame } from '#edge/validity/propose-limits.ts';

const good = (change: Partial<GoodFrame> = {}): GoodFrame => ({
  viewId: 'top',
  widthPx: 640,
  heightPx: 480,
  meanGrey: 100,
  contrast: 40,
  sharpness: 200,
  residual: 0.01,
  ...change,
});
const frames = [good(), good({ meanGrey: 120, sharpness: 150 }), good({ contrast: 50, residual: 0.02 })];

describe('limits of a fit frame', () => {
  it('leave room around what good frames showed', () => {
    expect(proposeLimits(frames, 0.2)).toEqual({
      widthPx: [640, 640],
      heightPx: [480, 480],
      meanGrey: [80, 147],
      sharpnessFrom: 120,
      contrastFrom: 32,
      residualUpTo: 0.024,
    });
  });

  it('take every good frame they come from, at any margin', () => {
    for (const margin of [0.01, 0.3, 0.9]) {
      const limits = proposeLimits(frames, margin);
      expect(frames.map((frame) => limits && refusedBy(frame, limits))).toEqual([null, null, null]);
    }
  });

  it.each([
    ['the light off', { meanGrey: 3 }, 'black'],
    ['too much light', { meanGrey: 250 }, 'overexposed'],
    ['no part', { contrast: 5 }, 'empty'],
    ['out of focus', { sharpness: 20 }, 'blurred'],
    ['another camera', { widthPx: 1280 }, 'wrong-size'],
    ['another product', { residual: 0.3 }, 'not-aligned'],
  ])('refuse %s', (_, change, doubt) => {
    const limits = proposeLimits(frames, 0.3);
    expect(limits && refusedBy(good(change), limits)).toBe(doubt);
  });

  it('say nothing of a fit where no golden is', () => {
    const without = frames.map((frame) => ({ ...frame, residual: null }));
    const limits = proposeLimits(without, 0.3);
    expect(limits?.residualUpTo).toBeNull();
    expect(spreadOf(without, 'residual')).toBeNull();
    expect(limits && calibrationReport(without, { ...limits, residualUpTo: 0.1, repeatedWithin: 4 }, limits)).toContain(
      'not measured: no golden',
    );
  });

  it('are none without frames', () => expect(proposeLimits([], 0.3)).toBeNull());
});
