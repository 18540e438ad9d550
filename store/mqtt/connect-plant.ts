import { randomBytes } from 'node:crypto';
import type { MqttClient } from 'mqtt';
import { brokerClient } from '#host/broker-client.ts';
import type { BrokerAddress } from '#host/broker-settings.ts';
import { brokerWayOut } from '#host/broker-trouble.ts';
import type { Log } from '#host/log.ts';
import { withoutPassword } from '#host/without-password.ts';

export interface PlantConnectionOptions {
  readonly broker: BrokerAddress;
  /** Begins the client id; a random end keeps several instances apart. */
  readonly name: string;
  readonly log: Log;
}

/** Connects a process of the plant to the broker and keeps trying for ever; returns at once. */
export function connectPlant({ broker, name, log }: PlantConnectionOptions): MqttClient {
  const place = withoutPassword(broker.url);
  const client = brokerClient(broker, {
    clientId: `${name}-${randomBytes(4).toString('hex')}`,
    reconnectPeriod: 500,
  });
  let connected = false;
  client.on('connect', () => {
    connected = true;
    log.info({ broker: place }, 'broker connected');
  });
  client.on('close', () => {
    if (connected && !client.disconnecting) log.warn({ broker: place }, 'broker lost; trying again');
    connected = false;
  });
  client.on('error', (error) => {
    const wayOut = brokerWayOut(error);
    log.warn({ code: 'BROKER_UNREACHABLE', place, wayOut, err: error }, 'the broker does not let us in; trying again');
  });
  return client;
}
