import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { csvColumns } from '#store/cli/export-csv.ts';
import { csvLine } from '#store/csv.ts';

describe('a line of CSV', () => {
  it.each([
    ['plain cells', ['a', 1, true, null], 'a,1,true,'],
    ['a comma', ['a,b'], '"a,b"'],
    ['quotes', ['say "no"'], '"say ""no"""'],
    ['a line end', ['a\nb'], '"a\nb"'],
    ['a formula', ['=HYPERLINK("x")'], `"'=HYPERLINK(""x"")"`],
    ['a minus in front', ['-12'], `'-12`],
    ['a negative number', [-12], '-12'],
  ] as const)('%s', (_, cells, line) => {
    expect(csvLine(cells)).toBe(`${line}\r\n`);
  });

  it('has the columns that docs/reports.md lists', () => {
    const section = readFileSync('docs/reports.md', 'utf8').split('## CSV')[1] ?? '';
    const listed = [...section.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1]);
    expect(Object.keys(csvColumns)).toEqual(listed);
  });
});
