import { Socket } from 'node:net';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import type { BrokerAddress } from '#host/broker-settings.ts';

/** What connections differ in. Left out, the library's own holds: QoS 0 waits for the connection, and there is no will. */
export type BrokerClientOptions = Pick<IClientOptions, 'queueQoSZero' | 'will'> & {
  readonly clientId: string;
  /** Milliseconds until it tries again after a connection that failed or ended; 0: never. */
  readonly reconnectPeriod: number;
};

/**
 * Connects to the broker; returns at once, connected or not. MQTT 3.1.1, clean session: what counts stands on the disks of
 * the edge and in the database, so the broker need not remember this process.
 */
export function brokerClient(broker: BrokerAddress, options: BrokerClientOptions): MqttClient {
  const client = mqtt.connect(broker.url, {
    ...broker.login,
    protocolVersion: 4,
    clean: true,
    keepalive: 15,
    connectTimeout: 5_000,
    // Each process subscribes at every connection: what one broker has, the next one may not.
    resubscribe: false,
    ...options,
  });
  client.on('connect', () => {
    // Nagle's algorithm would hold small messages back by up to 40 ms.
    if (client.stream instanceof Socket) client.stream.setNoDelay(true);
  });
  return client;
}

export interface LastWord {
  readonly topic: string;
  readonly payload: string | Buffer;
  readonly retain: boolean;
}

/** Says at QoS 1 what the will would say, for a connection that is about to be ended. Never rejects. */
export async function sayLastWord(client: MqttClient, { topic, payload, retain }: LastWord): Promise<void> {
  if (!client.connected) return;
  const said = client.publishAsync(topic, payload, { qos: 1, retain });
  // A broker that hangs must not hold the process; the will then says the same.
  await Promise.race([said.then(ignore, ignore), new Promise((resolve) => setTimeout(resolve, 1_000))]);
}

function ignore(): void {
  // What cannot be published is said by the will.
}
