import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createStationLine } from '#edge/opcua/create-station-line.ts';
import { readLedger } from '#line/station/read-ledger.ts';
import { addressOf, readCamera, temporaryFolder } from '../support/station.ts';

interface Message {
  readonly kind: string;
  readonly facts?: { readonly opcuaUrl: string };
  readonly line?: string;
  readonly triggered?: number;
  readonly decided?: number;
}

/** A station as its own process. */
interface Spawned {
  readonly process: ChildProcess;
  readonly until: (reached: (message: Message) => boolean) => Promise<Message>;
}

const never = new AbortController().signal;
let stack: AsyncDisposableStack;
let folder: string;
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  folder = stack.use(await temporaryFolder()).path;
});
afterEach(() => stack.disposeAsync());

function spawnStation(...rest: readonly string[]): Spawned {
  const args = ['line/station/main.ts', '--station', 'ballscrew', '--data', folder, '--interval-ms', '20', ...rest];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  const messages: Message[] = [];
  child.on('message', (message: Message) => messages.push(message));
  stack.defer(async () => void (await stop(child, 'SIGKILL')));
  return {
    process: child,
    until: async (reached) => {
      for (;;) {
        const found = messages.find(reached);
        if (found) return found;
        if (!child.connected) throw new Error('the station ended');
        await Promise.race([once(child, 'message'), once(child, 'disconnect')]);
      }
    },
  };
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill(signal);
    await once(child, 'exit');
  }
  return child.exitCode;
}

const isReady = ({ kind }: Message): boolean => kind === 'ready';
const triggered =
  (count: number) =>
  (message: Message): boolean =>
    message.kind === 'progress' && message.triggered === count;

it('a killed station goes on where its ledger ends, and its open triggers stay open', async () => {
  const first = spawnStation('--parts', '500');
  await first.until(triggered(5));
  await stop(first.process, 'SIGKILL');
  const before = readLedger(folder).triggered;
  const second = spawnStation('--parts', '2');
  const { facts } = await second.until(isReady);
  await second.until(triggered(2));
  const line = stack.use(
    await createStationLine({
      address: addressOf(facts?.opcuaUrl ?? '', folder),
      onState: () => undefined,
      onNote: () => undefined,
    }),
  );
  const open = await line.openTriggers(never);
  expect(open.map(({ triggerNo }) => triggerNo)).toEqual(Array.from({ length: before + 2 }, (_, index) => index + 1));
  expect(new Set(open.map(({ serial }) => serial)).size).toBe(before + 2);
  expect(new Set(open.slice(0, before).map(({ epoch }) => epoch)).size).toBe(1);
  expect(open.at(-1)?.epoch).not.toBe(open[0]?.epoch);
  expect(open.at(-1)?.frameIds).toEqual({ surface: 2 });
  expect(JSON.stringify(open)).not.toMatch(/truth|defect/);
  expect(await stop(second.process, 'SIGTERM')).toBe(0);
});

it('a line whose ring is full of undecided frames stands still, and goes on with a result', async () => {
  const station = spawnStation('--parts', '9', '--ring-frames', '4', '--wait-for-run');
  const { facts } = await station.until(isReady);
  expect(readLedger(folder).triggered).toBe(0);
  station.process.send({ kind: 'run' });
  await station.until(triggered(4));
  await sleep(300);
  expect(readLedger(folder).triggered).toBe(4);
  const address = addressOf(facts?.opcuaUrl ?? '', folder);
  const line = stack.use(await createStationLine({ address, onState: () => undefined, onNote: () => undefined }));
  const camera = stack.use(readCamera(address));
  for (let count = 1; count <= 9; count += 1) {
    const events = await camera.until((seen) => seen.length > count);
    const event = events[count];
    if (event?.kind !== 'frame') throw new Error('a frame was lost');
    expect(Object.keys(event.frame)).not.toContain('truth');
    const { epoch, triggerNo, serial } = event.frame;
    const inspectionId = `inspection-${triggerNo}`;
    await line.write({ sequence: count, epoch, triggerNo, serial, inspectionId, verdict: 'undecided' }, never);
  }
  await station.until(({ decided }) => decided === 9);
  expect(readLedger(folder)).toMatchObject({ triggered: 9, decided: 9, undecided: 9 });
});

it('a station on a port in use says so and ends', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  stack.defer(() => void other.close());
  const { port } = other.address() as AddressInfo;
  const station = spawnStation('--port', String(port));
  const { line } = await station.until(({ kind }) => kind === 'fault');
  expect(line).toMatch(/^PORT_IN_USE: .*\b127\.0\.0\.1:/);
  await once(station.process, 'exit');
  expect(station.process.exitCode).toBe(1);
});

it('a station shows the images of a folder as they are, an empty file too', async () => {
  const images = join(folder, 'images');
  await mkdir(images);
  await writeFile(join(images, 'a.png'), '');
  await writeFile(join(images, 'b.png'), 'no image');
  const station = spawnStation('--station', 'images', '--images', images);
  const { facts } = await station.until(isReady);
  await station.until(triggered(2));
  const camera = stack.use(readCamera(addressOf(facts?.opcuaUrl ?? '', folder)));
  const events = await camera.until((seen) => seen.length === 3);
  const shown = events.flatMap((event) => (event.kind === 'frame' ? [event.frame] : []));
  expect(shown.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['', 'no image']);
  expect(shown).toMatchObject([
    { widthPx: 0, heightPx: 0 },
    { widthPx: 0, heightPx: 0 },
  ]);
});
