import { describe, expect, it } from 'vitest';
import { decide } from '#rules/decide.ts';
import { lockedVerdict } from '#rules/locked-verdict.ts';
import { afterPart, lockBefore, unlocked, wasBypassed, type LockState, type PartFacts } from '#rules/locks.ts';
import type { LockRules } from '#rules/recipe.ts';
import { aCalibration, aDetection, anAnswer, aRecipe, aViewRule, noAnswer, oneView } from './builders.ts';

const start = '2026-03-01T06:00:00Z';
const never: LockRules = { failsInRow: null, undecidedInRow: null, bypass: null, challenge: null };

function aPart(with_: Partial<PartFacts> = {}): PartFacts {
  return { verdict: 'pass', bypassed: false, challenge: false, at: '2026-03-01T06:01:00Z', ...with_ };
}

/** Verdicts by their first letter, challenge parts in capitals. */
function after(parts: string, rules: LockRules, state: LockState = unlocked(start)): LockState {
  const verdicts = { p: 'pass', f: 'fail', u: 'undecided' } as const;
  return parts.split('').reduce((before, letter) => {
    const verdict = verdicts[letter.toLowerCase() as keyof typeof verdicts];
    return afterPart(before, aPart({ verdict, challenge: letter !== letter.toLowerCase() }), rules);
  }, state);
}

describe('parts in a row', () => {
  const three = { ...never, failsInRow: 3, undecidedInRow: 3 };
  it.each([
    { name: 'two fails', parts: 'ff', code: null },
    { name: 'three fails', parts: 'fff', code: 'fails-in-row' },
    { name: 'three fails with a pass between them', parts: 'ffpf', code: null },
    { name: 'three fails with an undecided part between them', parts: 'ffuf', code: null },
    { name: 'three undecided', parts: 'uuu', code: 'undecided-in-row' },
    { name: 'three undecided with a fail between them', parts: 'uufu', code: null },
    { name: 'known bad parts, which are to fail, do not count', parts: 'ffF', code: null },
    { name: 'nor do they break a row', parts: 'ffFf', code: 'fails-in-row' },
  ])('$name', ({ parts, code }) => {
    expect(after(parts, three).lock?.code ?? null).toBe(code);
  });

  it('says how many and since when, and stays locked whatever comes, by the first reason', () => {
    const locked = after('fff', three);
    expect(locked.lock).toEqual({ code: 'fails-in-row', value: 3, limit: 3, detail: '', at: '2026-03-01T06:01:00Z' });
    expect(after('ppuuuP', three, locked).lock).toBe(locked.lock);
  });

  it('never locks where the recipe says never', () => {
    expect(after('ffffffffuuuuuuuu', never).lock).toBeNull();
  });
});

describe('the reviewer bypassed', () => {
  const rules = { ...never, bypass: { shareUpTo: 0.5, lastParts: 4 } };
  it.each([
    { name: 'two of four', bypassed: [true, true, false, false], value: null },
    { name: 'three of four', bypassed: [true, true, false, true], value: 0.75 },
    { name: 'three of three: too few to be a rate', bypassed: [true, true, true], value: null },
    { name: 'three long ago', bypassed: [false, true, false, true, false, true, false, false], value: null },
  ])('$name', ({ bypassed, value }) => {
    const state = bypassed.reduce((before, one) => afterPart(before, aPart({ bypassed: one }), rules), unlocked(start));
    expect(state.lock?.value ?? null).toBe(value);
    expect(state.lock?.code ?? null).toBe(value === null ? null : 'bypass-rate');
    expect(state.lock?.detail ?? '4').toBe('4');
    expect(state.bypassed.length).toBeLessThanOrEqual(4);
  });

  it('is seen in the trace of a verdict', () => {
    const bypassed = (reviews: ReturnType<typeof anAnswer>[]): boolean =>
      wasBypassed(decide(oneView({ detections: [aDetection()], reviews }), aRecipe()));
    expect(bypassed([noAnswer('top-d1')])).toBe(true);
    expect(bypassed([])).toBe(true);
    expect(bypassed([anAnswer('top-d1', { box: null })])).toBe(false);
    expect(wasBypassed(decide(oneView(), aRecipe()))).toBe(false);
  });
});

describe('known bad parts', () => {
  const rules = { ...never, challenge: { everyParts: 3, everyHours: 8 } };
  it.each([
    { name: 'that pass', parts: 'P', code: 'challenge-failed', detail: 'pass' },
    { name: 'that stay undecided', parts: 'U', code: 'challenge-failed', detail: 'undecided' },
    { name: 'that fail', parts: 'F', code: null, detail: '' },
    { name: 'shown in time', parts: 'ppFppFpp', code: null, detail: '' },
    { name: 'overdue by parts', parts: 'ppp', code: 'challenge-overdue', detail: '' },
    { name: 'overdue by parts since the last', parts: 'ppFppp', code: 'challenge-overdue', detail: '' },
  ])('$name', ({ parts, code, detail }) => {
    const { lock } = after(parts, rules);
    expect(lock?.code ?? null).toBe(code);
    expect(lock?.detail ?? '').toBe(detail);
  });

  it('lock even where none is due, when they do not fail', () => {
    expect(after('P', never).lock?.code).toBe('challenge-failed');
  });

  it.each([
    { name: 'just in time', at: '2026-03-01T13:59:59Z', overdue: false },
    { name: 'at the very hour', at: '2026-03-01T14:00:00Z', overdue: true },
    { name: 'a clock that runs backwards', at: '2026-03-01T05:59:59Z', overdue: true },
    { name: 'a clock that cannot be read', at: 'soon', overdue: true },
    { name: 'at once', at: start, overdue: false },
  ])('overdue by the clock: $name', ({ at, overdue }) => {
    const recipe = aRecipe({ locks: rules });
    const lock = lockBefore(unlocked(start), recipe, at);
    expect(lock?.code ?? null).toBe(overdue ? 'challenge-overdue' : null);
    expect(afterPart(unlocked(start), aPart({ at }), rules).lock?.code ?? null).toBe(
      overdue ? 'challenge-overdue' : null,
    );
    expect([lock?.limit ?? 8, lock?.detail ?? 'h']).toEqual([8, 'h']);
    expect(lockBefore(unlocked(start), aRecipe(), at)).toBeNull();
  });

  it('start the clock anew', () => {
    const shown = afterPart(
      unlocked(start),
      aPart({ verdict: 'fail', challenge: true, at: '2026-03-01T12:00:00Z' }),
      rules,
    );
    expect(lockBefore(shown, aRecipe({ locks: rules }), '2026-03-01T19:00:00Z')).toBeNull();
  });
});

describe('approvals', () => {
  const end = '2027-01-01T00:00:00Z';
  const approval = { sha256: 'a'.repeat(64), approvedBy: 'Q', approvedAt: start, expiresAt: '2026-12-01T00:00:00Z' };
  const recipe = aRecipe({ views: [aViewRule({ goldenSamples: [approval], calibration: aCalibration() })] });
  it.each([
    { name: 'all hold', at: '2026-11-30T23:59:59Z', detail: null },
    { name: 'a golden sample ends', at: '2026-12-01T00:00:00Z', detail: 'top: 2026-12-01T00:00:00Z' },
    { name: 'a calibration ends', at: end, detail: `top: ${end}`, samples: [] },
  ])('$name', ({ at, detail, samples }) => {
    const views = recipe.views.map((view) => ({ ...view, goldenSamples: samples ?? view.goldenSamples }));
    const lock = lockBefore(unlocked(start), { ...recipe, views }, at);
    expect(lock).toEqual(detail === null ? null : { code: 'approval-ended', value: null, limit: null, detail, at });
  });

  it('do not hide an earlier lock', () => {
    const locked = after('fff', { ...never, failsInRow: 3 });
    expect(lockBefore(locked, recipe, '2030-01-01T00:00:00Z')).toBe(locked.lock);
  });
});

describe('the verdict of a locked station', () => {
  it('is undecided, for the lock before all other reasons; what was found stays', () => {
    const reason = { code: 'defect-certain', subject: 'top-d1', value: 0.9, limit: 0.8, detail: 'spur' } as const;
    const verdict = { verdict: 'pass', outcomes: [], reasons: [reason], trace: [] } as const;
    expect(lockedVerdict(verdict, { code: 'fails-in-row', value: 5, limit: 4, detail: '', at: start })).toEqual({
      verdict: 'undecided',
      outcomes: [],
      reasons: [{ code: 'station-locked', subject: 'part', value: 5, limit: 4, detail: 'fails-in-row' }, reason],
      trace: [],
    });
  });
});
