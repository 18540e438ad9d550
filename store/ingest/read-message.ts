import { createHash } from 'node:crypto';
import { z } from 'zod';
import { parseJson } from '#host/parse-json.ts';
import { inspectionMessageSchema, type InspectionMessage } from '#edge/messages.schema.ts';
import { parseTopic } from '#edge/topics.ts';

/** Why a message was set aside; docs/topics.md says each in plain words. */
export const deadLetterReasons = {
  'too-large': 'larger than what the store reads',
  'not-json': 'no JSON text in UTF-8',
  'schema-version': 'of a schema version that this store does not know',
  schema: 'breaks the schema',
  'topic-mismatch': 'the topic names another site, line or station than the message',
  'sequence-reused': 'another message was stored under this stream and sequence',
  'inspection-id-reused': 'another message was stored under this inspection id',
  unstorable: 'the database refuses the rows of this message',
} as const;

export type DeadLetterReason = keyof typeof deadLetterReasons;

/** Which message of which stream; enough to say that it is held. */
export interface Envelope {
  readonly site: string;
  readonly line: string;
  readonly stationId: string;
  readonly streamId: string;
  readonly sequence: number;
}

/** A message as it came. */
export interface Received {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** SHA-256 of the payload, hexadecimal. */
  readonly payloadSha256: string;
}

export interface ReadableMessage extends Received {
  readonly kind: 'readable';
  readonly message: InspectionMessage;
}

export interface UnreadableMessage extends Received {
  readonly kind: 'unreadable';
  readonly reason: DeadLetterReason;
  readonly detail: string;
  /** null where not even stream and sequence can be told. */
  readonly envelope: Envelope | null;
}

export type ReadMessage = ReadableMessage | UnreadableMessage;

/** Messages of an inspection are some kB; beyond this something is wrong, and reading it would stop the others. */
const readUpToBytes = 8 * 1024 * 1024;
/** Up to here stream and sequence are still read, so that one message does not hold up its station. */
const envelopeUpToBytes = 64 * 1024 * 1024;
const detailUpToChars = 2_000;

const envelopeSchema = z.object({
  site: z.string(),
  line: z.string(),
  stationId: z.string(),
  streamId: z.uuid(),
  sequence: z.int().min(1),
});

/** Reads one message of the topic `inspection`. What cannot be read is data too. */
export function readMessage(topic: string, payload: Uint8Array): ReadMessage {
  const received = { topic, payload, payloadSha256: createHash('sha256').update(payload).digest('hex') };
  const content = readContent(topic, payload);
  if ('message' in content) return { kind: 'readable', ...received, message: content.message };
  return { kind: 'unreadable', ...received, ...content, detail: content.detail.slice(0, detailUpToChars) };
}

type Trouble = Pick<UnreadableMessage, 'reason' | 'detail' | 'envelope'>;

function readContent(topic: string, payload: Uint8Array): { message: InspectionMessage } | Trouble {
  if (payload.byteLength > readUpToBytes) {
    const detail = `${payload.byteLength} bytes, read are at most ${readUpToBytes}`;
    const head = payload.byteLength > envelopeUpToBytes ? undefined : parseJson(Buffer.from(payload).toString('utf8'));
    return { reason: 'too-large', detail, envelope: envelopeOf(topic, head) };
  }
  const value = parseJson(Buffer.from(payload).toString('utf8'));
  if (value === undefined) return { reason: 'not-json', detail: `${payload.byteLength} bytes`, envelope: null };

  const parsed = inspectionMessageSchema.safeParse(value);
  if (!parsed.success) return schemaTrouble(topic, value, parsed.error);
  if (isOfTopic(topic, parsed.data)) return { message: parsed.data };
  const { site, line, stationId } = parsed.data;
  return { reason: 'topic-mismatch', detail: `message of ${site}/${line}/${stationId}`, envelope: null };
}

function schemaTrouble(topic: string, value: unknown, error: z.ZodError): Trouble {
  const envelope = envelopeOf(topic, value);
  const version = typeof value === 'object' && value && 'schemaVersion' in value ? value.schemaVersion : 1;
  return version === 1
    ? { reason: 'schema', detail: z.prettifyError(error), envelope }
    : { reason: 'schema-version', detail: `schemaVersion ${JSON.stringify(version)}`, envelope };
}

function envelopeOf(topic: string, value: unknown): Envelope | null {
  const head = envelopeSchema.safeParse(value).data;
  return head && isOfTopic(topic, head) ? head : null;
}

// A stream is its station's alone: what comes on another topic must not move the mark of the stream it names.
function isOfTopic(topic: string, message: Pick<Envelope, 'site' | 'line' | 'stationId'>): boolean {
  const path = parseTopic(topic)?.path;
  return path?.site === message.site && path.line === message.line && path.station === message.stationId;
}
