import { randomUUID } from 'node:crypto';
import mqtt from 'mqtt';
import sparkplug from 'sparkplug-payload';

/** One Sparkplug message, decoded by Eclipse Tahu's library for JavaScript: an implementation that is not ours. */
export interface HeardMessage {
  readonly kind: string;
  readonly topic: string;
  readonly device: string | null;
  readonly qos: number;
  readonly retain: boolean;
  /** null where the payload has none. */
  readonly seq: number | null;
  /** Unix ms; null where the payload has none. */
  readonly timestamp: number | null;
  readonly metrics: readonly HeardMetric[];
}

export interface HeardMetric {
  readonly name: string | null;
  readonly type: string;
  readonly value: unknown;
  readonly timestamp: number | null;
  readonly historical: boolean;
}

/** A host application at the other end of Sparkplug. */
export interface SparkplugListener extends AsyncDisposable {
  readonly heard: HeardMessage[];
  readonly of: (kind: string, device?: string) => readonly HeardMessage[];
  /** Sets metrics of the node, or of a device, to true. */
  readonly command: (topic: string, ...names: readonly string[]) => Promise<void>;
  /** Waits until it has heard all that the broker had when this was called: the broker keeps the order of a client. */
  readonly caughtUp: () => Promise<void>;
  readonly publish: (topic: string, payload: string | Buffer, retain?: boolean) => Promise<void>;
}

const codec = sparkplug.get('spBv1.0');
type Decoded = NonNullable<ReturnType<NonNullable<typeof codec>['decodePayload']>>;

/** Decodes a payload. */
export function decodeSparkplug(payload: Uint8Array): Pick<HeardMessage, 'seq' | 'timestamp' | 'metrics'> {
  const decoded = codec?.decodePayload(payload) as Decoded;
  return {
    seq: plain(decoded.seq) as number | null,
    timestamp: plain(decoded.timestamp) as number | null,
    metrics: (decoded.metrics ?? []).map(({ name, type, value, timestamp, isHistorical }) => ({
      name: name ?? null,
      type,
      value: plain(value),
      timestamp: plain(timestamp) as number | null,
      historical: isHistorical === true,
    })),
  };
}

/** A command as the other implementation encodes it. */
export function encodeCommand(names: readonly string[], value = true): Buffer {
  const metrics = names.map((name) => ({ name, type: 'Boolean' as const, value, timestamp: Date.now() }));
  return Buffer.from(codec?.encodePayload({ timestamp: Date.now(), metrics }) ?? []);
}

export async function listenToSparkplug(url: string): Promise<SparkplugListener> {
  const heard: HeardMessage[] = [];
  const marks = new Map<string, () => void>();
  const client = mqtt.connect(url, { protocolVersion: 4, reconnectPeriod: 100 });
  client.on('connect', () => client.subscribe('spBv1.0/+/#', { qos: 1 }));
  // It connects again by itself.
  client.on('error', () => undefined);
  client.on('message', (topic, payload, { qos, retain }) => {
    if (topic.startsWith('spBv1.0/mark/')) return marks.get(topic)?.();
    const [, , kind = '', , device = null] = topic.split('/');
    if (kind === 'NCMD' || kind === 'DCMD' || topic.includes('/STATE/')) return;
    heard.push({ kind, topic, device, qos, retain, ...decodeSparkplug(payload) });
  });
  await client.subscribeAsync('spBv1.0/+/#', { qos: 1 });
  const publish = async (topic: string, payload: string | Buffer, retain = false): Promise<void> => {
    await client.publishAsync(topic, payload, { qos: retain ? 1 : 0, retain });
  };
  return {
    heard,
    of: (kind, device) =>
      heard.filter((message) => message.kind === kind && (device === undefined || message.device === device)),
    command: (topic, ...names) => publish(topic, encodeCommand(names)),
    publish,
    caughtUp: async () => {
      const topic = `spBv1.0/mark/${randomUUID()}`;
      const back = Promise.withResolvers<void>();
      marks.set(topic, back.resolve);
      await publish(topic, '');
      await back.promise;
    },
    [Symbol.asyncDispose]: () => client.endAsync(true),
  };
}

/** Values of a message by metric. */
export function valuesOf(message: HeardMessage | undefined): Readonly<Record<string, unknown>> {
  return Object.fromEntries((message?.metrics ?? []).map(({ name, value }) => [name ?? '', value]));
}

/** Long integers of the library as numbers. */
function plain(value: unknown): unknown {
  if (value === undefined) return null;
  const isLong = typeof value === 'object' && value !== null && 'toNumber' in value;
  return isLong ? (value as { toNumber: () => number }).toNumber() : value;
}
