import { readFileSync } from 'node:fs';
import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createHealth } from '#edge/health.ts';
import { connectBroker } from '#edge/mqtt/connect-broker.ts';
import { topicOf } from '#edge/topics.ts';
import { brokerAddress, type BrokerSettings } from '#host/broker-settings.ts';
import { hasMosquitto, type BrokerKind } from '../support/broker.ts';
import { freshDatabase } from '../support/database.ts';
import { testMessage, uuidOf } from '../support/inspection-message.ts';
import { securedBroker, type SecuredBroker } from '../support/secured-broker.ts';
import { silentLog } from '../support/silent-log.ts';
import { spawnProcess } from '../support/spawn-process.ts';

const brokers: readonly BrokerKind[] = [...(hasMosquitto() ? (['Mosquitto'] as const) : []), 'aedes'];
const patience = { timeout: 20_000, interval: 50 };
const text = (file: string): string => readFileSync(file, 'utf8');

describe.each(brokers)('%s over TLS, with a password and certificates', (kind) => {
  let broker: SecuredBroker;
  beforeAll(async () => {
    broker = await securedBroker(kind);
  });
  afterAll(() => broker[Symbol.asyncDispose]());

  const right = (): BrokerSettings & { readonly HAIRLINE_MQTT_URL: string } => ({
    HAIRLINE_MQTT_URL: broker.url,
    HAIRLINE_MQTT_USER: broker.user,
    HAIRLINE_MQTT_PASSWORD: broker.password,
    HAIRLINE_MQTT_CA: text(broker.ca),
    HAIRLINE_MQTT_CERTIFICATE: text(broker.certificate),
    HAIRLINE_MQTT_KEY: text(broker.key),
  });

  it('lets an edge node and a store in, and the store stores', async () => {
    await using server = await freshDatabase();
    const environment = {
      HAIRLINE_DATABASE_URL: server.url,
      HAIRLINE_MQTT_URL: broker.url,
      HAIRLINE_MQTT_USER: broker.user,
      HAIRLINE_MQTT_PASSWORD: broker.password,
      HAIRLINE_MQTT_CA: broker.ca,
      HAIRLINE_MQTT_CERTIFICATE: broker.certificate,
      HAIRLINE_MQTT_KEY: broker.key,
    };
    await using store = spawnProcess('store/main.ts', environment);
    expect(await store.ready).toEqual({ database: 'ok', broker: 'ok' });
    const health = createHealth();
    const path = { site: 'demo', line: 'line1', station: 'secured' };
    await using edge = connectBroker({ broker: brokerAddress(right()), path, log: silentLog, health });
    await vi.waitFor(() => expect(health.read().components['broker']?.state).toBe('ok'), patience);
    const marks: string[] = [];
    edge.client.on('message', (_, payload) => marks.push(payload.toString()));
    await edge.client.subscribeAsync(topicOf(path, 'mark'), { qos: 1 });
    const message = testMessage(1, {
      site: path.site,
      line: path.line,
      stationId: path.station,
      streamId: uuidOf('stream', kind),
    });
    await edge.client.publishAsync(topicOf(path, 'inspection'), JSON.stringify(message), { qos: 1 });
    await vi.waitFor(() => expect(marks.map((mark) => JSON.parse(mark).sequence)).toContain(1), patience);
  });

  it('is heard by nobody who speaks plainly', async () => {
    const client = mqtt.connect(`mqtt://localhost:${broker.port}`, { protocolVersion: 4, reconnectPeriod: 0 });
    const let_in = new Promise((resolve) => client.once('connect', () => resolve('let in')));
    const closed = new Promise((resolve) => client.once('close', () => resolve('closed')));
    client.on('error', () => undefined);
    expect(await Promise.race([let_in, closed])).toBe('closed');
    await client.endAsync(true);
  });

  it.each([
    [
      'a wrong password',
      { HAIRLINE_MQTT_PASSWORD: 'guessed' },
      'correct HAIRLINE_MQTT_USER and HAIRLINE_MQTT_PASSWORD',
    ],
    ['no authority', { HAIRLINE_MQTT_CA: undefined }, 'name the PEM file of its authority in HAIRLINE_MQTT_CA'],
    [
      'no certificate of its own',
      { HAIRLINE_MQTT_CERTIFICATE: undefined, HAIRLINE_MQTT_KEY: undefined },
      'set HAIRLINE_MQTT_CERTIFICATE and HAIRLINE_MQTT_KEY',
    ],
  ])('tells an edge node with %s what to set', async (_, wrong: Partial<BrokerSettings>, wayOut) => {
    const health = createHealth();
    const path = { site: 'demo', line: 'line1', station: 'refused' };
    const address = brokerAddress({ ...right(), ...wrong, HAIRLINE_MQTT_URL: broker.url });
    await using _connection = connectBroker({ broker: address, path, log: silentLog, health });
    await vi.waitFor(() => expect(health.read().components['broker']?.wayOut).toContain(wayOut), patience);
    expect(health.read().components['broker']?.state).toBe('warning');
    expect(health.read().components['broker']?.wayOut).toContain('the outbox keeps everything');
  });

  it('does not take the certificate of a broker that is somebody else', async () => {
    const health = createHealth();
    const path = { site: 'demo', line: 'line1', station: 'elsewhere' };
    const address = brokerAddress({ ...right(), HAIRLINE_MQTT_CA: text(broker.stranger.certificate) });
    await using _connection = connectBroker({ broker: address, path, log: silentLog, health });
    await vi.waitFor(() => expect(health.read().components['broker']?.wayOut).toContain('HAIRLINE_MQTT_CA'), patience);
  });
});
