import { Socket } from 'node:net';
import mqtt, { type MqttClient } from 'mqtt';
import type { Log } from '#host/log.ts';
import { withoutPassword } from '#host/without-password.ts';
import type { Health } from '#edge/health.ts';
import type { StateMessage } from '#edge/messages.schema.ts';
import { topicOf, type StationPath } from '#edge/topics.ts';

export interface BrokerOptions {
  readonly url: string;
  readonly path: StationPath;
  readonly log: Log;
  readonly health: Health;
}

/** A connection to the broker that comes back by itself, and ends with the station marked as offline. */
export interface Broker extends AsyncDisposable {
  readonly client: MqttClient;
}

/**
 * Connects to the broker and keeps trying for ever; returns at once. MQTT 3.1.1, clean session: what counts stands in
 * the outbox, so the broker need not remember this node. The retained state is `online` while connected; `offline` is
 * the last will and the last word.
 */
export function connectBroker({ url, path, log, health }: BrokerOptions): Broker {
  const topic = topicOf(path, 'state');
  const state = (word: StateMessage['state']): string =>
    JSON.stringify({ schemaVersion: 1, stationId: path.station, state: word, at: new Date().toISOString() });
  const client = mqtt.connect(url, {
    protocolVersion: 4,
    clean: true,
    keepalive: 15,
    connectTimeout: 5_000,
    reconnectPeriod: 1_000,
    queueQoSZero: false,
    resubscribe: false,
    clientId: `hairline-edge-${path.site}-${path.line}-${path.station}`,
    will: { topic, payload: Buffer.from(state('offline')), qos: 1, retain: true },
  });
  const shownUrl = withoutPassword(url);
  const wayOut =
    'Start the broker or correct HAIRLINE_MQTT_URL. Nothing is lost meanwhile: the outbox keeps everything.';
  health.set('broker', 'warning', `not connected yet to ${shownUrl}`, wayOut);
  client.on('connect', () => {
    // Nagle's algorithm would hold small messages back by up to 40 ms.
    if (client.stream instanceof Socket) client.stream.setNoDelay(true);
    health.set('broker', 'ok', `connected to ${shownUrl}`);
    log.info({ broker: shownUrl }, 'broker connected');
    client.publish(topic, state('online'), { qos: 1, retain: true }, (error) => {
      if (error) log.warn({ err: error }, 'state not published');
    });
  });
  client.on('close', () => {
    if (client.disconnecting || health.read().components['broker']?.state !== 'ok') return;
    health.set('broker', 'warning', `connection to ${shownUrl} lost`, wayOut);
    log.warn({ broker: shownUrl }, 'broker lost');
  });
  client.on('error', (error) => {
    health.set('broker', 'warning', `${shownUrl}: ${error.message || error.name}`, wayOut);
    log.debug({ err: error, broker: shownUrl }, 'broker error');
  });
  return { client, [Symbol.asyncDispose]: () => close(client, topic, state('offline')) };
}

async function close(client: MqttClient, topic: string, offline: string): Promise<void> {
  if (client.connected) {
    const said = client.publishAsync(topic, offline, { qos: 1, retain: true });
    // A broker that hangs must not hold the process; the last will then says the same.
    await Promise.race([said.then(ignore, ignore), new Promise((resolve) => setTimeout(resolve, 1_000))]);
  }
  await client.endAsync(true);
}

function ignore(): void {
  // Offline is said by the last will where it cannot be published.
}
