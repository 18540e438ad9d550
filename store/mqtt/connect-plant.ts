import { randomBytes } from 'node:crypto';
import { Socket } from 'node:net';
import mqtt, { type MqttClient } from 'mqtt';
import type { Log } from '#host/log.ts';
import { withoutPassword } from '#host/without-password.ts';

export interface PlantConnectionOptions {
  readonly url: string;
  /** Begins the client id; a random end keeps several instances apart. */
  readonly name: string;
  readonly log: Log;
}

/**
 * Connects a process of the plant to the broker and keeps trying for ever; returns at once. MQTT 3.1.1, clean session:
 * what counts stands on the disks of the edge and in the database, so the broker need not remember this process.
 */
export function connectPlant({ url, name, log }: PlantConnectionOptions): MqttClient {
  const place = withoutPassword(url);
  const client = mqtt.connect(url, {
    protocolVersion: 4,
    clean: true,
    clientId: `${name}-${randomBytes(4).toString('hex')}`,
    keepalive: 15,
    connectTimeout: 5_000,
    reconnectPeriod: 500,
  });
  let connected = false;
  client.on('connect', () => {
    connected = true;
    // Nagle's algorithm would hold small messages back by up to 40 ms.
    if (client.stream instanceof Socket) client.stream.setNoDelay(true);
    log.info({ broker: place }, 'broker connected');
  });
  client.on('close', () => {
    if (connected && !client.disconnecting) log.warn({ broker: place }, 'broker lost; trying again');
    connected = false;
  });
  client.on('error', (error) => {
    log.warn({ code: 'BROKER_UNREACHABLE', place, err: error }, 'the broker does not answer; trying again');
  });
  return client;
}
