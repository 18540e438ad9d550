import type { MqttClient } from 'mqtt';
import { brokerClient, sayLastWord } from '#host/broker-client.ts';
import type { BrokerAddress } from '#host/broker-settings.ts';
import { brokerWayOut } from '#host/broker-trouble.ts';
import type { Log } from '#host/log.ts';
import { withoutPassword } from '#host/without-password.ts';
import type { Health } from '#edge/health.ts';
import type { StateMessage } from '#edge/messages.schema.ts';
import { topicOf, type StationPath } from '#edge/topics.ts';

export interface BrokerOptions {
  readonly broker: BrokerAddress;
  readonly path: StationPath;
  readonly log: Log;
  readonly health: Health;
}

/** A connection to the broker that comes back by itself, and ends with the station marked as offline. */
export interface Broker extends AsyncDisposable {
  readonly client: MqttClient;
}

/**
 * Connects to the broker and keeps trying for ever; returns at once. The retained state is `online` while connected;
 * `offline` is the last will and the last word.
 */
export function connectBroker({ broker, path, log, health }: BrokerOptions): Broker {
  const topic = topicOf(path, 'state');
  const state = (word: StateMessage['state']): string =>
    JSON.stringify({ schemaVersion: 1, stationId: path.station, state: word, at: new Date().toISOString() });
  const client = brokerClient(broker, {
    clientId: `hairline-edge-${path.site}-${path.line}-${path.station}`,
    reconnectPeriod: 1_000,
    queueQoSZero: false,
    will: { topic, payload: Buffer.from(state('offline')), qos: 1, retain: true },
  });
  const shownUrl = withoutPassword(broker.url);
  const wayOutOf = (error: Error): string =>
    `${brokerWayOut(error)} Nothing is lost meanwhile: the outbox keeps everything.`;
  const unknown = wayOutOf(new Error('not connected'));
  let wayOut = unknown;
  health.set('broker', 'warning', `not connected yet to ${shownUrl}`, wayOut);
  client.on('connect', () => {
    // What kept it away before does not any more.
    wayOut = unknown;
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
    wayOut = wayOutOf(error);
    health.set('broker', 'warning', `${shownUrl}: ${error.message || error.name}`, wayOut);
    log.debug({ err: error, broker: shownUrl }, 'broker error');
  });
  const close = async (): Promise<void> => {
    await sayLastWord(client, { topic, payload: state('offline'), retain: true });
    await client.endAsync(true);
  };
  return { client, [Symbol.asyncDispose]: close };
}
