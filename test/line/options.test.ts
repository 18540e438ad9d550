import { describe, expect, it } from 'vitest';
import { parseLineOptions, refuseKeptByNpm } from '#line/options.ts';

describe('the command line of npm start', () => {
  it('names every fault at once', () => {
    expect(() => parseLineOptions(['--parts', 'x', '--stations', 'pcb,wood'])).toThrow(
      /--stations: no station "wood".*--parts: "x" is no whole number from 1/s,
    );
  });

  it.each([
    { typed: '--parts 3', env: { npm_config_parts: 'true' }, args: ['3'], meant: '--parts 3' },
    { typed: '--parts=3 --seed 4', env: { npm_config_parts: '3', npm_config_seed: 'true' }, args: ['4'] },
    { typed: '--no-reviewer', env: { npm_config_reviewer: '' }, args: [] },
    { typed: '--interval-ms=50', env: { npm_config_interval_ms: '50' }, args: [], meant: '--interval-ms 50' },
  ])('says how "npm start $typed" is meant', ({ typed, env, args, meant = typed.replace('=', ' ') }) => {
    let wayOut = '';
    try {
      refuseKeptByNpm(args, env);
    } catch (error) {
      wayOut = (error as { wayOut: string }).wayOut;
    }
    expect(wayOut).toBe(`Put -- before it: npm start -- ${meant}`);
  });

  it('takes what npm has for itself for meant so', () => {
    expect(() =>
      refuseKeptByNpm([], { npm_config_json: 'true', npm_config_prefix: '/usr', npm_config_help: 'true' }),
    ).not.toThrow();
  });
});
