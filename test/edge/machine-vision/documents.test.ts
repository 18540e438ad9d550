import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { resultLimits, visionErrors } from '#edge/machine-vision/vision-system.ts';

const page = readFileSync('docs/machine-vision.md', 'utf8');

it('the page names every error number, and no other', () => {
  const named = [...page.matchAll(/^\| `(-\d+)`/gm)].map((match) => Number(match[1]));
  const known = Object.values(visionErrors).filter((number) => number !== 0);
  expect(named.toSorted((a, b) => a - b)).toEqual(known.toSorted((a, b) => a - b));
});

it('the page says how many results are kept', () => {
  expect(page).toContain(`the newest ${resultLimits.results}, and at most ${resultLimits.fileChars / 2 ** 20} Mi`);
});
