import { setTimeout as sleep } from 'node:timers/promises';
import mqtt, { type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createHealth, type Health } from '#edge/health.ts';
import { connectBroker } from '#edge/mqtt/connect-broker.ts';
import { drainOutbox, type Drain } from '#edge/mqtt/drain-outbox.ts';
import type { Outbox } from '#edge/outbox/outbox.ts';
import { topicOf } from '#edge/topics.ts';
import { freshBroker, type TestBroker } from '../support/broker.ts';
import { decideTrigger, openTestOutbox, scratchFolder, testStreamId } from '../support/edge-disk.ts';
import { silentLog } from '../support/silent-log.ts';
import { startProxy, type Proxy } from '../support/tcp-proxy.ts';

const path = { site: 'site', line: 'line', station: 'st1' };

/** Listens like a store, and says what it holds only when it is told to. */
interface Listener extends AsyncDisposable {
  readonly sequences: number[];
  readonly states: string[];
  mark(sequence: number, streamId?: string): Promise<void>;
}

async function listen(url: string): Promise<Listener> {
  const client: MqttClient = await mqtt.connectAsync(url, { protocolVersion: 4, reconnectPeriod: 100 });
  const sequences: number[] = [];
  const states: string[] = [];
  client.on('message', (topic, payload) => {
    const body = JSON.parse(payload.toString()) as { sequence: number; state: string };
    if (topic.endsWith('/state')) states.push(body.state);
    else sequences.push(body.sequence);
  });
  await client.subscribeAsync([topicOf(path, 'inspection'), topicOf(path, 'state')], { qos: 1 });
  return {
    sequences,
    states,
    mark: async (sequence, streamId = testStreamId) => {
      const mark = { schemaVersion: 1, stationId: path.station, streamId, sequence };
      await client.publishAsync(topicOf(path, 'mark'), JSON.stringify(mark), { qos: 1, retain: true });
    },
    [Symbol.asyncDispose]: () => client.endAsync(true),
  };
}

async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await sleep(10);
}

let broker: TestBroker;
let folder: ReturnType<typeof scratchFolder>;
let outbox: Outbox;
let health: Health;
let stack: AsyncDisposableStack;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  broker = stack.use(await freshBroker());
  folder = stack.use(scratchFolder());
  outbox = stack.use(openTestOutbox(folder.path));
  health = createHealth();
});
afterEach(() => stack.disposeAsync());

function startDrain(url: string, bounds: { unmarkedAtMost?: number; resendAfterMs?: number } = {}): Drain {
  const { client } = stack.use(connectBroker({ broker: { url, login: {} }, path, log: silentLog, health }));
  const limits = { inFlightAtMost: 5, unmarkedAtMost: 100, resendAfterMs: 60_000, ...bounds };
  return stack.use(drainOutbox({ client, outbox, path, log: silentLog, health, ...limits }));
}

async function throughProxy(): Promise<{ proxy: Proxy; url: string }> {
  const proxy = stack.use(await startProxy(broker.url.replace('mqtt:', 'opc.tcp:')));
  return { proxy, url: proxy.url.replace('opc.tcp:', 'mqtt:') };
}

const oneTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('the outbox on its way to the store', () => {
  test('sends in order, keeps what is acknowledged, and deletes up to the mark', async () => {
    const store = stack.use(await listen(broker.url));
    for (const no of oneTo(12)) decideTrigger(outbox, no);
    const drain = startDrain(broker.url);
    await until(() => store.sequences.length === 12);
    expect(store.sequences).toEqual(oneTo(12));
    expect(outbox.depth().messages).toBe(12);
    await store.mark(7);
    await until(() => outbox.depth().messages === 5);
    decideTrigger(outbox, 13);
    drain.kick();
    await until(() => store.sequences.includes(13));
    expect(outbox.pending(0, 20).map(({ sequence }) => sequence)).toEqual([8, 9, 10, 11, 12, 13]);
  });

  test('goes on where the mark stands after the connection is cut, and loses nothing', async () => {
    const store = stack.use(await listen(broker.url));
    const { proxy, url } = await throughProxy();
    const drain = startDrain(url);
    for (const no of oneTo(40)) {
      decideTrigger(outbox, no);
      drain.kick();
      if (no === 15) await store.mark(10);
      if (no % 13 === 0) proxy.cut();
      await sleep(2);
    }
    await until(() => new Set(store.sequences).size === 40);
    expect(outbox.depth().messages).toBeGreaterThanOrEqual(30);
    await store.mark(40);
    await until(() => outbox.depth().messages === 0);
  });

  test('is kept while the broker is down at start, and sent when it comes', async () => {
    await broker.kill();
    const drain = startDrain(broker.url);
    for (const no of oneTo(3)) {
      decideTrigger(outbox, no);
      drain.kick();
    }
    await until(() => health.read().components['broker']?.state === 'warning');
    await broker.start();
    const store = stack.use(await listen(broker.url));
    await until(() => new Set(store.sequences).size === 3 || health.read().components['broker']?.state === 'ok');
    // The broker may have come before the listener: what it acknowledged then is gone, and comes again.
    await broker.kill();
    await broker.start();
    await until(() => new Set(store.sequences).size === 3);
    expect(outbox.depth().messages).toBe(3);
  });

  test('is sent again while the mark stands still, although the broker acknowledged it', async () => {
    const store = stack.use(await listen(broker.url));
    decideTrigger(outbox, 1);
    startDrain(broker.url, { resendAfterMs: 100 });
    await until(() => store.sequences.length >= 3);
    expect(new Set(store.sequences)).toEqual(new Set([1]));
    await store.mark(1);
    await until(() => outbox.depth().messages === 0);
  });

  test('waits for the store once as much as allowed is sent and not marked', async () => {
    const store = stack.use(await listen(broker.url));
    for (const no of oneTo(10)) decideTrigger(outbox, no);
    startDrain(broker.url, { unmarkedAtMost: 4 });
    await until(() => store.sequences.length === 4);
    await store.mark(2);
    await until(() => store.sequences.length === 6);
    expect(store.sequences).toEqual(oneTo(6));
  });

  test.each([
    ['of another stream', 5, '99999999-2222-4333-8444-555555555555', 'ok'],
    ['above all that was ever written', 50, testStreamId, 'fault'],
  ])('is not touched by a mark %s', async (_name, sequence, streamId, state) => {
    const store = stack.use(await listen(broker.url));
    for (const no of oneTo(5)) decideTrigger(outbox, no);
    startDrain(broker.url);
    await store.mark(sequence, streamId);
    await until(() => store.sequences.length === 5);
    await store.mark(1);
    await until(() => outbox.depth().messages === 4);
    await store.mark(sequence, streamId);
    await until(() => (health.read().components['outbox']?.state ?? 'ok') === state);
    expect(outbox.depth().messages).toBe(4);
  });

  test('is told apart from a node that is gone: online while connected, offline after', async () => {
    const store = stack.use(await listen(broker.url));
    const { proxy, url } = await throughProxy();
    const connected = connectBroker({ broker: { url, login: {} }, path, log: silentLog, health });
    await until(() => store.states.includes('online'));
    proxy.cut();
    await until(() => store.states.includes('offline'));
    await until(() => store.states.at(-1) === 'online');
    await connected[Symbol.asyncDispose]();
    await until(() => store.states.at(-1) === 'offline');
    expect(store.states).toEqual(['online', 'offline', 'online', 'offline']);
  });
});
