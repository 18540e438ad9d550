import type { MqttClient } from 'mqtt';
import { topicFilter } from '#edge/topics.ts';
import type { BrokerAddress } from '#host/broker-settings.ts';
import { abortable } from '#host/abortable.ts';
import { brokerClient, sayLastWord } from '#host/broker-client.ts';
import { encodePayload, type Metric } from '#mes/sparkplug/payload.ts';
import { deviceTopic, nodeTopic, stateTopic, type SparkplugIds } from '#mes/sparkplug/topic.ts';

export interface SessionOptions {
  readonly broker: BrokerAddress;
  readonly ids: SparkplugIds;
  /** Ties birth and death of this session to each other, 0 to 255. */
  readonly bdSeq: number;
  /** Unix time in ms. */
  readonly now: () => number;
  /** Ends the session. */
  readonly stop: AbortSignal;
  /** A message of the host, a command, or the state of a station. */
  readonly heard: (topic: string, payload: Uint8Array) => void;
}

/** One MQTT connection of an edge node, with its death certificate as the last will. */
export interface Session extends AsyncDisposable {
  /** Aborts when the session is over, with the reason. */
  readonly over: AbortSignal;
  /** The birth certificate of the node; begins the sequence anew. */
  readonly nodeBirth: () => void;
  /** A message of a device, with the next number of the sequence. Says nothing when the session is over. */
  readonly tell: (message: 'DBIRTH' | 'DDATA' | 'DDEATH', device: string, data: DeviceData) => void;
  /** Resolves when the broker has answered something that was sent after all that was told; rejects when it is over. */
  readonly answered: () => Promise<void>;
}

export interface DeviceData {
  readonly metrics: readonly Metric[];
  readonly historical?: boolean;
}

/**
 * Opens a session: subscribed to the commands and to the states of host and stations, of which the retained ones have
 * come. Rejects when the broker does not let it in. The client id is that of the edge node, so a broker has one session
 * of it at most.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { broker, ids, bdSeq, now, stop } = options;
  const birthNumber: Metric = { name: 'bdSeq', type: 'Int64', value: bdSeq, at: now() };
  const death = encodePayload({ at: now(), seq: null, metrics: [birthNumber] });
  const client = brokerClient(broker, {
    clientId: `hairline-sparkplug-${ids.group}-${ids.node}`,
    reconnectPeriod: 0,
    queueQoSZero: false,
    will: { topic: nodeTopic(ids, 'NDEATH'), payload: death, qos: 1, retain: false },
  });
  const ended = new AbortController();
  const over = AbortSignal.any([stop, ended.signal]);
  client.on('error', (error) => ended.abort(error));
  client.on('close', () => ended.abort(new Error('the broker closed the connection')));
  client.on('message', (topic, payload) => options.heard(topic, payload));
  const topics = [nodeTopic(ids, 'NCMD'), deviceTopic(ids, 'DCMD', '+'), topicFilter('state')];
  if (ids.host !== null) topics.push(stateTopic(ids.host));
  try {
    await abortable(new Promise((resolve) => client.once('connect', resolve)), over);
    await abortable(client.subscribeAsync(topics, { qos: 1 }), over);
    const session = sessionOf(client, { ids, now, over, birthNumber, death, end: (reason) => ended.abort(reason) });
    await session.answered();
    return session;
  } catch (error) {
    await client.endAsync(true);
    throw error;
  }
}

interface Opened extends Pick<SessionOptions, 'ids' | 'now'> {
  readonly over: AbortSignal;
  readonly end: (reason: Error) => void;
  readonly birthNumber: Metric;
  readonly death: Buffer;
}

function sessionOf(client: MqttClient, { ids, now, over, birthNumber, death, end }: Opened): Session {
  let seq = 0;
  const publish = (topic: string, { metrics, historical }: DeviceData): void => {
    if (over.aborted) return;
    const payload = encodePayload({ at: now(), seq, metrics, ...(historical ? { historical } : {}) });
    seq = (seq + 1) % 256;
    client.publish(topic, payload, { qos: 0, retain: false }, (error) => {
      if (error) end(error);
    });
  };
  return {
    over,
    nodeBirth: () => {
      seq = 0;
      const at = now();
      const rebirth: Metric = { name: 'Node Control/Rebirth', type: 'Boolean', value: false, at };
      publish(nodeTopic(ids, 'NBIRTH'), { metrics: [{ ...birthNumber, at }, rebirth] });
    },
    tell: (message, device, data) => publish(deviceTopic(ids, message, device), data),
    answered: async () => {
      // Nobody acknowledges QoS 0. The answer to a subscription that is made again shows that the broker has read so far.
      await abortable(client.subscribeAsync(nodeTopic(ids, 'NCMD'), { qos: 1 }), over);
    },
    [Symbol.asyncDispose]: () => close(client, nodeTopic(ids, 'NDEATH'), death),
  };
}

async function close(client: MqttClient, topic: string, death: Buffer): Promise<void> {
  await sayLastWord(client, { topic, payload: death, retain: false });
  await Promise.race([client.endAsync(), new Promise((resolve) => setTimeout(resolve, 1_000))]);
  await client.endAsync(true);
}
