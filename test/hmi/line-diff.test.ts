import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineDiff, type DiffRow } from '#hmi/web/recipes/line-diff.ts';

const shown = (rows: readonly DiffRow[]): readonly string[] =>
  rows.map((row) =>
    row.kind === 'gap' ? `... ${row.lines}` : `${row.before ?? '-'} ${row.after ?? '-'} ${row.kind} ${row.text}`,
  );

describe('two recipes line by line', () => {
  it('show a changed line with what is near it, numbered as in each text', () => {
    const before = ['a', 'b', 'c', 'd', 'e', 'failFrom: 0.6', 'g', 'h', 'i', 'j', 'k'].join('\n');
    const after = before.replace('failFrom: 0.6', 'failFrom: 0.7\nreviewBand: []');
    expect(shown(lineDiff(before, after))).toEqual([
      '... 2',
      '3 3 same c',
      '4 4 same d',
      '5 5 same e',
      '6 - removed failFrom: 0.6',
      '- 6 added failFrom: 0.7',
      '- 7 added reviewBand: []',
      '7 8 same g',
      '8 9 same h',
      '9 10 same i',
      '... 2',
    ]);
  });

  it.each([
    ['alike', 'a\nb\n', 'a\nb\n'],
    ['alike but for the last line break', 'a\nb', 'a\nb\n'],
  ])('show nothing where they are %s', (_, before, after) => {
    expect(lineDiff(before, after)).toEqual([]);
  });

  it('leave no line out that differs: each text comes back from its lines and what is alike', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c: 1', ''), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const rows = lineDiff(before.join('\n'), after.join('\n'));
        const told = rows.filter((row) => row.kind !== 'gap');
        const at = (lines: readonly string[], number: number | null): string | undefined =>
          number === null ? undefined : (lines[number - 1] ?? '');
        for (const { text, ...row } of told)
          expect([text, undefined]).toEqual(expect.arrayContaining([at(before, row.before), at(after, row.after)]));
        const alike = rows.reduce((sum, row) => sum + (row.kind === 'gap' ? row.lines : 0), 0);
        const left = told.filter(({ kind }) => kind !== 'added').length;
        const closed = Math.max(1, before.at(-1) === '' ? before.length - 1 : before.length);
        expect([0, closed]).toContain(left + alike);
      }),
    );
  });
});
