import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rules-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function rules(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync('node_modules/.bin/node', ['rules/cli/main.ts', ...args], { encoding: 'utf8' });
}

describe('npm run rules', () => {
  it('says of a good recipe that it holds, with version and digest', () => {
    const { status, stdout } = rules('check', 'rules/recipes/pcb.yaml');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^rules\/recipes\/pcb\.yaml: pcb \d+\.\d+\.\d+ holds, sha256 [0-9a-f]{64}\n$/);
  });

  it('lists every fault of every file on a line of its own, with line and column', () => {
    const bad = join(folder, 'bad.yaml');
    const text = readFileSync('rules/recipes/pcb.yaml', 'utf8');
    writeFileSync(bad, text.replace('iouFrom:', 'iuoFrom:').replace('schemaVersion: 1', 'schemaVersion: 2'));
    const { status, stdout, stderr } = rules('check', bad, 'rules/recipes', join(folder, 'nowhere.yaml'));
    expect(status).toBe(1);
    const lines = stderr.trim().split('\n');
    expect(lines[0]).toMatch(/bad\.yaml:\d+:1 schemaVersion: /);
    expect(lines[1]).toMatch(/bad\.yaml:\d+:1 review\.iouFrom: /);
    expect(lines[2]).toMatch(/bad\.yaml:\d+:3 review\.iuoFrom: is no key of a recipe/);
    expect(lines[3]).toMatch(/nowhere\.yaml: cannot be read/);
    expect(stdout.split('\n').filter((line) => line.includes(' holds, '))).toHaveLength(3);
  });

  it.each([
    { args: [], status: 2, said: '' },
    { args: ['check'], status: 2, said: 'check needs the files or folders to check' },
    { args: ['forget', 'x'], status: 2, said: '"forget x" is no command' },
    { args: ['--nothing'], status: 2, said: '--nothing' },
    { args: ['--help'], status: 0, said: '' },
  ])('ends with $status for $args', ({ args, status, said }) => {
    const ended = rules(...args);
    expect(ended.status).toBe(status);
    expect(ended.stderr).toContain(said);
  });
});
