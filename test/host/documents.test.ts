import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { faultCodes } from '#host/fault.ts';
import { settingsTable } from '#host/settings-table.ts';

function headings(path: string): readonly string[] {
  return [...readFileSync(path, 'utf8').matchAll(/^## (\S+)$/gm)].map((match) => match[1] ?? '').toSorted();
}

function firstColumn(path: string): readonly string[] {
  return [...readFileSync(path, 'utf8').matchAll(/^\| `(HAIRLINE_\w+)`/gm)].map((match) => match[1] ?? '').toSorted();
}

describe('documents say what the code does', () => {
  it('documents every fault code, and no other', () => {
    expect(headings('docs/errors.md')).toEqual(Object.keys(faultCodes).toSorted());
  });

  it('documents every setting, and no other', () => {
    expect(firstColumn('docs/configuration.md')).toEqual(Object.keys(settingsTable).toSorted());
  });
});
