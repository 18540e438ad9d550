import { expect, it } from 'vitest';
import { pathOf } from '#hmi/web/part/mask-shape.ts';

const window = { x: 10, y: 20, widthPx: 4, heightPx: 3 };

it.each([
  { name: 'nothing', runs: [12], path: '' },
  { name: 'a piece of one row', runs: [5, 2, 5], path: 'M11 21h2v1h-2z' },
  { name: 'a run over the end of a row', runs: [3, 2, 7], path: 'M13 20h1v1h-1zM10 21h1v1h-1z' },
  { name: 'all of it', runs: [0, 12], path: 'M10 20h4v1h-4zM10 21h4v1h-4zM10 22h4v1h-4z' },
])('a mask of $name is drawn where its pixels are', ({ runs, path }) => {
  expect(pathOf({ ...window, runs })).toBe(path);
});
