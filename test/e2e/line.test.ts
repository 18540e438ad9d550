import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { spawnLine, summaryOf } from '../support/spawn-line.ts';

const folders: string[] = [];
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'hairline-line-'));
  folders.push(made);
  return made;
}
afterEach(() => folders.splice(0).forEach((made) => rmSync(made, { recursive: true, force: true })));

describe('the line on embedded parts', () => {
  it('gives every part of both stations one verdict that is stored and reported once', async () => {
    const dataDir = folder();
    const line = spawnLine(dataDir, ['--parts', '10', '--json', '--interval-ms', '1500']);
    const { code, output } = await line.ended;
    expect(code, line.said()).toBe(0);
    expect(summaryOf(output)).toMatchObject({ triggered: 10, decided: 10, stored: 10, reported: 10, duplicates: 0 });
    expect(Object.keys(summaryOf(output).stations)).toEqual(['pcb', 'ballscrew']);
  });

  it('goes on where it stopped, and counts the parts of its own run', async () => {
    const dataDir = folder();
    for (const parts of [4, 2]) {
      const line = spawnLine(dataDir, [
        '--parts',
        String(parts),
        '--json',
        '--stations',
        'pcb',
        '--interval-ms',
        '1000',
      ]);
      const { code, output } = await line.ended;
      expect(code, line.said()).toBe(0);
      expect(summaryOf(output)).toMatchObject({ triggered: parts, stored: parts, reported: parts, duplicates: 0 });
    }
  });

  it('tells of a port that another program holds, and ends clean on Ctrl-C', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const port = String((other.address() as AddressInfo).port);
    const line = spawnLine(folder(), ['--stations', 'pcb'], { HAIRLINE_HTTP_PORT: port });
    await line.untilSaid(new RegExp(`hmi serves at http\\S+: port ${port} is in use`));
    other.close();
    await line.untilSaid(/open http/);
    line.process.kill('SIGINT');
    expect((await line.ended).code, line.said()).toBe(0);
  });

  it.each([
    { args: [], security: { state: 'ok', detail: expect.stringContaining('Basic256Sha256') as string } },
    {
      args: ['--security', 'None'],
      security: { state: 'warning', detail: expect.stringContaining('channel to the station is open') as string },
    },
  ])('tells how the channels to its stations are secured, and inspects: $args', async ({ args, security }) => {
    const line = spawnLine(folder(), ['--stations', 'pcb', '--no-reviewer', ...args]);
    const [, url] = await line.untilSaid(/edge-pcb serves at (http:[^,\s]+)/);
    await line.untilSaid(/ [1-9]\d* decided/);
    const health = (await (await fetch(`${url}/health`)).json()) as { components: unknown };
    expect(health.components).toMatchObject({ security, station: { state: 'ok' }, plc: { state: 'ok' } });
    line.process.kill('SIGINT');
    expect((await line.ended).code, line.said()).toBe(0);
  });

  it('refuses a second line on the same data folder, in words that say what to do', async () => {
    const dataDir = folder();
    const first = spawnLine(dataDir, ['--stations', 'pcb']);
    await first.untilSaid(/data in/);
    const second = spawnLine(dataDir, ['--stations', 'pcb']);
    expect((await second.ended).code).toBe(1);
    expect(second.said()).toContain('DATA_DIR_LOCKED');
    first.process.kill('SIGINT');
    await first.ended;
  });
});

describe('a command line or settings that cannot be used', () => {
  it.each([
    { name: 'an unknown option', args: ['--part', '3'], environment: {}, said: 'COMMAND_INVALID' },
    {
      name: 'two faults at once',
      args: ['--parts', '0', '--seed', 'x'],
      environment: {},
      said: '--parts: "0" is no whole number from 1; --seed',
    },
    {
      name: 'a security that there is not',
      args: ['--security', 'Basic128'],
      environment: {},
      said: '--security: "Basic128" is none of Basic256Sha256, None',
    },
    { name: 'an unknown setting', args: [], environment: { HAIRLINE_HTP_PORT: '1' }, said: 'CONFIG_UNKNOWN_KEY' },
    {
      name: 'a broker that is no MQTT URL',
      args: [],
      environment: { HAIRLINE_MQTT_URL: 'http://x' },
      said: 'CONFIG_INVALID',
    },
    { name: 'a folder without images', args: ['--images', 'docs/adr'], environment: {}, said: 'IMAGES_NOT_FOUND' },
  ])('says so: $name', async ({ args, environment, said }) => {
    const line = spawnLine(folder(), args, environment as Record<string, string>);
    expect((await line.ended).code).not.toBe(0);
    expect(line.said()).toContain(said);
  });
});
