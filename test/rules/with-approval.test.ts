import { describe, expect, it } from 'vitest';
import { parseRecipe } from '#rules/files/parse-recipe.ts';
import { withApproval } from '#rules/files/with-approval.ts';
import { draftText } from '../support/recipe-text.ts';

const shipped = draftText('1.0.0');
const [one, other] = ['1'.repeat(64), 'f'.repeat(64)];
const at = new Date('2026-11-20T09:00:00.000Z');
const approval = {
  sha256s: [one],
  approvedBy: 'maria',
  approvedAt: '2026-11-20T09:00:00.000Z',
  expiresAt: '2027-11-20T09:00:00.000Z',
};
const calibrated = shipped.replace(
  'calibration: null',
  `calibration:
      sha256: ${other}
      approvedBy: chen
      approvedAt: 2025-11-20T09:00:00.000Z
      expiresAt: 2026-10-20T09:00:00.000Z
      mmPerPx: [0.02, 0.02]
      uncertaintyMm: 0.003`,
);

describe('an approval in a recipe', () => {
  it('is added to its view with the next version, and everything else stays, comments too', () => {
    const text = withApproval(shipped, { viewId: 'bottom', of: 'golden', approval }) ?? '';
    const { recipe, faults } = parseRecipe(text, at);
    expect(faults).toEqual([]);
    expect([recipe?.version, recipe?.views.map(({ goldenSamples }) => goldenSamples.length)]).toEqual([
      '1.0.1',
      [0, 1],
    ]);
    const comments = (of: string): readonly string[] => of.split('\n').filter((line) => line.trim().startsWith('#'));
    expect(comments(text)).toEqual(comments(shipped));
  });

  it('is renewed instead of standing there twice, beside those of other pictures', () => {
    const first = withApproval(shipped, {
      viewId: 'top',
      of: 'golden',
      approval: { ...approval, sha256s: [one, other] },
    });
    const again = { ...approval, approvedBy: 'nora' };
    const { recipe } = parseRecipe(
      withApproval(first ?? '', { viewId: 'top', of: 'golden', approval: again }) ?? '',
      at,
    );
    expect(recipe?.views[0]?.goldenSamples.map(({ sha256, approvedBy }) => [sha256, approvedBy])).toEqual([
      [other, 'maria'],
      [one, 'nora'],
    ]);
  });

  it('takes the place of one that has run out', () => {
    const before = { ...approval, sha256s: [other], expiresAt: '2026-11-20T08:59:59.000Z' };
    const first = withApproval(shipped, { viewId: 'top', of: 'golden', approval: before }) ?? '';
    const { recipe, faults } = parseRecipe(withApproval(first, { viewId: 'top', of: 'golden', approval }) ?? '', at);
    expect(faults).toEqual([]);
    expect(recipe?.views[0]?.goldenSamples.map(({ sha256 }) => sha256)).toEqual([one]);
  });

  it('lets a calibration count longer, and leaves what it measures', () => {
    const text = withApproval(calibrated, { viewId: 'top', of: 'calibration', approval: { ...approval, sha256s: [] } });
    const { recipe, faults } = parseRecipe(text ?? '', at);
    expect(faults).toEqual([]);
    expect(recipe?.views[0]?.calibration).toMatchObject({
      sha256: other,
      approvedBy: 'maria',
      expiresAt: approval.expiresAt,
      mmPerPx: [0.02, 0.02],
    });
  });

  it.each([
    { name: 'a view that is not there', wish: { viewId: 'inside', of: 'golden' as const } },
    { name: 'a calibration that is not there', wish: { viewId: 'top', of: 'calibration' as const } },
  ])('is none for $name', ({ wish }) => {
    expect(withApproval(shipped, { ...wish, approval })).toBeNull();
  });
});
