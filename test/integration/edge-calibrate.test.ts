import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { expect, it } from 'vitest';
import { createBoardSource } from '#line/boards/board-source.ts';
import { shippedRecipeDir } from '#rules/files/load-recipe.ts';
import { readFileSync } from 'node:fs';
import { startTestStation, temporaryFolder } from '../support/station.ts';

it('proposes limits from the frames of a running line, which take them all', async () => {
  await using folder = await temporaryFolder();
  await using station = await startTestStation(join(folder.path, 'station'), { ringFrames: 64 });
  const source = createBoardSource({ seed: 3, defectiveShare: 0 });
  for await (const { productId, viewId, png } of source.goldens()) {
    const file = join(folder.path, 'golden', productId, `${viewId}.png`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, png);
  }
  for (let number = 0; number < 8; number += 1) station.trigger(await source.part(number));

  const environment = {
    ...Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('HAIRLINE_'))),
    HAIRLINE_OPCUA_URL: station.url,
    HAIRLINE_OPCUA_SECURITY: 'None',
    HAIRLINE_DATA_DIR: join(folder.path, 'edge'),
    HAIRLINE_GOLDEN_DIR: join(folder.path, 'golden'),
  };
  const args = ['edge/cli/main.ts', 'calibrate', '--recipe', 'pcb', '--frames', '8'];
  const child = spawn(process.execPath, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let [printed, said] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  expect(said).toContain('8 of 8');
  expect(said).toContain('The limits in force would refuse 0 of them.');
  expect(code).toBe(0);

  const proposed = parse(printed) as { frame: Record<string, unknown> };
  const shipped = parse(readFileSync(join(shippedRecipeDir, 'pcb.yaml'), 'utf8')) as typeof proposed;
  expect(Object.keys(proposed.frame).toSorted()).toEqual(Object.keys(shipped.frame).toSorted());
  expect(proposed.frame).toMatchObject({ widthPx: [640, 640], heightPx: [640, 640], repeatedWithin: 4 });
  expect(proposed.frame['residualUpTo']).toBeLessThan(0.1);
});
