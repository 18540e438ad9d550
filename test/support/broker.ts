import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '#line/free-port.ts';
import { startEmbeddedBroker } from '#line/plant/start-embedded-broker.ts';

export type BrokerKind = 'Mosquitto' | 'aedes';

/** A broker of a test's own on a free port, which can be killed and started again. */
export interface TestBroker extends AsyncDisposable {
  readonly kind: BrokerKind;
  readonly url: string;
  readonly start: () => Promise<void>;
  /** Ends it at once, without a word to anybody. */
  readonly kill: () => Promise<void>;
}

/** Path of Mosquitto, where it is installed. */
export const mosquitto = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
  .map((folder) => join(folder, 'mosquitto'))
  .find(existsSync);

/** True when Mosquitto is installed. */
export function hasMosquitto(): boolean {
  return mosquitto !== undefined;
}

/** A broker that runs: Mosquitto with Debian's settings where it is installed, else aedes. */
export async function freshBroker(kind?: BrokerKind): Promise<TestBroker> {
  const chosen = kind ?? (hasMosquitto() ? 'Mosquitto' : 'aedes');
  if (kind === undefined) process.stderr.write(`broker of this test: ${chosen}\n`);
  const port = await freePort();
  const broker = chosen === 'Mosquitto' ? await mosquittoOn(port) : aedesOn(port);
  await broker.start();
  return broker;
}

function aedesOn(port: number): TestBroker {
  let running: AsyncDisposable | null = null;
  const kill = async (): Promise<void> => {
    await running?.[Symbol.asyncDispose]();
    running = null;
  };
  return {
    kind: 'aedes',
    url: `mqtt://127.0.0.1:${port}`,
    start: async () => {
      running = await startEmbeddedBroker({ port });
    },
    kill,
    [Symbol.asyncDispose]: kill,
  };
}

async function mosquittoOn(port: number): Promise<TestBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'hairline-mosquitto-'));
  const config = join(folder, 'mosquitto.conf');
  // As Debian ships it: persistence, written every half hour and at a clean end. Started by root it would change to a
  // user that may not read this folder.
  const settings = [
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'persistence true',
    `persistence_location ${folder}/`,
    'log_dest none',
    ...(process.getuid?.() === 0 ? ['user root'] : []),
  ];
  await writeFile(config, `${settings.join('\n')}\n`);
  let running: ChildProcess | null = null;
  const kill = async (): Promise<void> => {
    const child = running;
    running = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  };
  return {
    kind: 'Mosquitto',
    url: `mqtt://127.0.0.1:${port}`,
    start: async () => {
      running = spawn(mosquitto ?? 'mosquitto', ['-c', config], { stdio: 'ignore' });
      await untilListening(port);
    },
    kill,
    [Symbol.asyncDispose]: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves once somebody listens on this port of the loopback interface. */
export async function untilListening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('close', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await sleep(25);
  }
  throw new Error(`no broker on port ${port}`);
}
