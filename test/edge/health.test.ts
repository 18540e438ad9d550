import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { componentNames } from '#edge/health.ts';

it('docs/edge-http.md lists every component of the health, and no other', async () => {
  const text = await readFile(join(import.meta.dirname, '../../docs/edge-http.md'), 'utf8');
  const section = text.split('## Health')[1]?.split('\n## ')[0] ?? '';
  const listed = [...section.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name);
  expect(listed).toHaveLength(componentNames.length);
  expect(new Set(listed)).toEqual(new Set(componentNames));
});
