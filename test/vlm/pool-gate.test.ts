import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'hairline-pool-'));
afterAll(() => rmSync(folder, { recursive: true }));

// In a process of its own: the size of the pool is read once, at its start.
const script = `
  import { existsSync, mkdir } from 'node:fs';
  import { createPoolGate } from '#vlm/embedded/pool-gate.ts';
  const gate = createPoolGate();
  const early = [];
  const queue = (path) => () => new Promise((resolve) => {
    mkdir(path, resolve);
    // As long as this thread is kept away, by another process say, the pool has time to do all of it.
    for (const started = performance.now(); performance.now() - started < 100; );
    early.push(existsSync(path));
  });
  for (const path of process.argv.slice(1)) {
    await gate.hold(queue(path));
    if (!existsSync(path)) throw new Error('not done');
  }
  process.stdout.write(JSON.stringify(early));
`;

it('lets nothing in the pool begin before it is set up, time after time', () => {
  const paths = ['a', 'b', 'c'].map((name) => join(folder, name));
  const run = spawnSync(process.execPath, ['--input-type=module', '--eval', script, ...paths], {
    env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
    encoding: 'utf8',
    timeout: 20_000,
  });
  expect(run.stderr).toBe('');
  expect(run.stdout).toBe('[false,false,false]');
});
