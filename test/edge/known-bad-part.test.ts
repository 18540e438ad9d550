import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { StationLine } from '#edge/station-line.ts';
import { scratchFolder } from '../support/edge-disk.ts';
import { boardPng, startTestEdge } from '../support/edge-station.ts';
import { createRingStation } from '../support/ring-station.ts';

it('that the inspection takes for good is NG to the line, whichever process gives its verdict; the record says what was decided', async () => {
  using folder = scratchFolder();
  const station = createRingStation();
  const show = async (number: number): Promise<number> => {
    const [top, bottom] = await Promise.all([boardPng(2 * number), boardPng(2 * number + 1)]);
    return station.trigger({ top, bottom }, true);
  };
  const hearing = await startTestEdge({ folder: folder.path, station });
  await show(1);
  await station.decided(1);
  await hearing.finish();
  const deaf: StationLine = { ...station.line, write: () => new Promise(() => undefined) };
  const unheard = await startTestEdge({ folder: folder.path, station, line: deaf, name: 'b' });
  await show(2);
  while (unheard.messages().length < 2) await sleep(5);
  await unheard.finish();
  expect(station.results.size).toBe(1);
  const next = await startTestEdge({ folder: folder.path, station, name: 'c' });
  await station.decided(2);
  expect([...station.results.values()].map(({ verdict }) => verdict)).toEqual(['fail', 'fail']);
  expect(next.messages().map(({ verdict, challenge }) => `${verdict} ${challenge}`)).toEqual([
    'pass true',
    'pass true',
  ]);
  await next.finish();
});
