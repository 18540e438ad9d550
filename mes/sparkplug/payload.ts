import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

// Sparkplug 3.0.0, section 6.4: the protocol buffer `Payload` with its `Metric`, in field numbers. What an edge node of ours
// does not say (templates, data sets, properties, aliases) is left out when writing and skipped when reading.
const payloadFields = { timestamp: 1, metrics: 2, seq: 3 } as const;
const metricFields = {
  name: 1,
  timestamp: 3,
  datatype: 4,
  isHistorical: 5,
  isNull: 7,
  longValue: 11,
  doubleValue: 13,
  booleanValue: 14,
  stringValue: 15,
} as const;

/** The specification's numbers of the data types that we use. */
const dataTypes = { Int64: 4, Double: 10, Boolean: 11, String: 12, DateTime: 13 } as const;

export type DataType = keyof typeof dataTypes;
export type MetricValue = string | number | boolean | null;

export interface Metric {
  readonly name: string;
  readonly type: DataType;
  /** Of Int64 and DateTime (Unix ms): an integer from 0 that a double holds. */
  readonly value: MetricValue;
  /** When it came to be, Unix ms. */
  readonly at: number;
}

export interface Payload {
  /** When it is sent, Unix ms. */
  readonly at: number;
  /** 0 to 255; null in a death certificate of the node, which has none. */
  readonly seq: number | null;
  readonly metrics: readonly Metric[];
  /** Late data: a host keeps it and does not take it for the value of now. */
  readonly historical?: boolean;
}

/** The payload as it travels. Metrics are put into the order of their instants, which the specification asks for. */
export function encodePayload({ at, seq, metrics, historical = false }: Payload): Buffer {
  const writer = new BinaryWriter();
  writer.tag(payloadFields.timestamp, WireType.Varint).uint64(at);
  for (const metric of metrics.toSorted((a, b) => a.at - b.at)) {
    writer.tag(payloadFields.metrics, WireType.LengthDelimited).fork();
    writeMetric(writer, metric, historical);
    writer.join();
  }
  if (seq !== null) writer.tag(payloadFields.seq, WireType.Varint).uint64(seq);
  return Buffer.from(writer.finish());
}

function writeMetric(writer: BinaryWriter, { name, type, value, at }: Metric, historical: boolean): void {
  writer.tag(metricFields.name, WireType.LengthDelimited).string(name);
  writer.tag(metricFields.timestamp, WireType.Varint).uint64(at);
  // In data messages too, where the specification would rather have none: Eclipse Tahu's decoder reads no value without.
  writer.tag(metricFields.datatype, WireType.Varint).uint32(dataTypes[type]);
  if (historical) writer.tag(metricFields.isHistorical, WireType.Varint).bool(true);
  if (value === null) writer.tag(metricFields.isNull, WireType.Varint).bool(true);
  else if (typeof value === 'string') writer.tag(metricFields.stringValue, WireType.LengthDelimited).string(value);
  else if (typeof value === 'boolean') writer.tag(metricFields.booleanValue, WireType.Varint).bool(value);
  else if (type === 'Double') writer.tag(metricFields.doubleValue, WireType.Bit64).double(value);
  else writer.tag(metricFields.longValue, WireType.Varint).uint64(value);
}

/** Names of the metrics that a command sets to true. Throws where the bytes are no protocol buffer. */
export function readCommand(payload: Uint8Array): readonly string[] {
  const names: string[] = [];
  readFields(payload, payloadFields.metrics, (reader) => {
    const name = commandOf(reader.bytes());
    if (name !== null) names.push(name);
  });
  return names;
}

function commandOf(metric: Uint8Array): string | null {
  let name: string | null = null;
  let isTrue = false;
  readFields(metric, metricFields.name, (reader) => (name = reader.string()));
  readFields(metric, metricFields.booleanValue, (reader) => (isTrue = reader.bool()));
  return isTrue ? name : null;
}

/** Calls `read` at every occurrence of one field. */
function readFields(bytes: Uint8Array, field: number, read: (reader: BinaryReader) => void): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    if (number === field) read(reader);
    else reader.skip(wireType);
  }
}
