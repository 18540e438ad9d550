import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const page = readFileSync('docs/reports.md', 'utf8');
const [, covered = '', notCovered = ''] = page.split(/^### .*$/m);
const rows = (part: string) =>
  [...part.matchAll(/^\| (`tck-id-.*`) \| (.+) \|$/gm)].map(([, ids = '', beside = '']) => ({
    ids: [...ids.matchAll(/`(tck-id-[^`]+)`/g)].map(([, id = '']) => id),
    beside,
  }));

function testSources(): string {
  const folders = ['test/mes', 'test/mes/sparkplug', 'test/integration'];
  const files = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  const wanted = files.filter((file) => /mes.*\.test\.ts$/.test(file) && !file.endsWith('documents.test.ts'));
  return wanted.map((file) => readFileSync(file, 'utf8')).join('\n');
}

describe('the table of what the Sparkplug specification asks', () => {
  it('names a test that is there for each row', () => {
    const sources = testSources();
    expect(rows(covered).length).toBeGreaterThan(10);
    for (const { beside } of rows(covered)) {
      expect(
        [`'${beside}'`, `"${beside}"`].some((title) => sources.includes(title)),
        beside,
      ).toBe(true);
    }
  });

  it('has each id that binds an edge node, once', () => {
    const ids = [...rows(covered), ...rows(notCovered)].flatMap((row) => row.ids);
    expect(ids.toSorted()).toEqual([...new Set(ids)].toSorted());
    // As many ids of 3.0.0 bind an edge node, beside the families whose row ends in a star.
    expect(ids.filter((id) => !id.endsWith('*'))).toHaveLength(161);
  });

  it('gives a reason for each row that is not covered', () => {
    expect(rows(notCovered).length).toBeGreaterThan(5);
  });
});
