import type { ColumnType, Generated, Kysely, RawBuilder } from 'kysely';
import type { InspectionMessage } from '#edge/messages.schema.ts';
import type { PeopleTables } from '#store/people/tables.ts';
import type { RecipeTables } from '#store/recipes/tables.ts';

// Columns are snake_case in SQL and camelCase here (CamelCasePlugin). Instants come back as ISO 8601 UTC strings with
// milliseconds, bigint as number: store/open-database.ts sets the parsers.

/** A JSON column: written as text, read as the value. */
type Json<Value> = ColumnType<Value, string, string>;
/** An instant that the database fills with its own clock. */
type FilledInstant = ColumnType<string, string | undefined, never>;

export type VerdictName = InspectionMessage['verdict'];
export type DispositionName = 'accept' | 'rework' | 'scrap' | 'hold';

/** One inspection, append-only. `message` is the record exactly as the edge sent it. Partitioned by month of decidedAt. */
export interface InspectionTable {
  inspectionId: string;
  decidedAt: string;
  site: string;
  line: string;
  stationId: string;
  streamId: string;
  sequence: number;
  serial: string;
  attempt: number;
  lot: string;
  productId: string;
  epoch: string;
  triggerNo: number;
  verdict: VerdictName;
  triggeredAt: string;
  storedAt: FilledInstant;
  recovered: boolean;
  simulated: boolean;
  /** A known bad part: left out of every figure. */
  challenge: ColumnType<boolean, boolean | undefined, never>;
  totalMs: number;
  taktMs: number;
  modelVersion: string | null;
  recipeVersion: string | null;
  message: Json<InspectionMessage>;
}

/** One detection or candidate with what became of it. Partitioned like its inspection. */
export interface DetectionTable {
  inspectionId: string;
  decidedAt: string;
  position: number;
  stationId: string;
  viewId: string;
  detectionId: string;
  kind: 'detection' | 'candidate';
  label: string;
  score: number;
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  areaPx: number;
  /** null where the message has no outcome for it. */
  detectorCall: 'ignore' | 'doubt' | 'fail' | null;
  outcome: 'accept' | 'doubt' | 'fail' | null;
  outcomeSource: 'detector' | 'reviewer' | 'acceptance' | null;
}

/** Why a verdict (`scope` verdict) or one outcome (`scope` outcome) is as it is. */
export interface ReasonTable {
  inspectionId: string;
  decidedAt: string;
  position: number;
  stationId: string;
  scope: 'verdict' | 'outcome';
  code: string;
  subject: string;
  value: number | null;
  limitValue: number | null;
  detail: string;
}

/** An image that inspections name by the digest of its bytes. */
export interface EvidenceTable {
  sha256: string;
  /** Whose edge node is asked for it. */
  stationId: string;
  kind: 'frame' | 'golden' | 'crop';
  mediaType: string;
  bytes: number;
  /** The latest inspection that names it, to the day. */
  namedAt: string;
  /** `gone`: no edge node has it any more, or it was given up here to make room. */
  state: ColumnType<'wanted' | 'held' | 'gone', 'wanted' | undefined, 'wanted' | 'held' | 'gone'>;
}

/** What a person decides about an inspected part; appended, never edited. */
export interface DispositionTable {
  dispositionId: string;
  inspectionId: string;
  disposition: DispositionName;
  /** Whether the person confirms the machine's verdict; null where the question was not asked. */
  verified: 'defect' | 'false-call' | null;
  reason: string;
  /** Name of the person. */
  decidedBy: string;
  /** null: from before there were accounts, when `decidedBy` was a name alone. */
  personId: string | null;
  decidedAt: FilledInstant;
}

/** That a sequence of a stream is held, as an inspection or as a dead letter: what the mark counts. Never partitioned. */
export interface ReceiptTable {
  streamId: string;
  sequence: number;
  inspectionId: string | null;
  deadLetterId: number | null;
  /** Of the message as received; another content under the same sequence is a fault of the sender. */
  payloadSha256: string;
  receivedAt: FilledInstant;
}

/** Highest gapless sequence of a stream. Only ever rises. */
export interface StationMarkTable {
  streamId: string;
  site: string;
  line: string;
  stationId: string;
  sequence: number;
  /** Highest sequence held, gaps or not. */
  highestSequence: number;
  updatedAt: ColumnType<string, string | undefined, RawBuilder<string>>;
}

/** A message that could not be read, kept as it came. */
export interface DeadLetterTable {
  deadLetterId: Generated<number>;
  receivedAt: FilledInstant;
  topic: string;
  reason: string;
  detail: string;
  payloadSha256: string;
  payloadBytes: number;
  /** False where the message is larger than what is kept. */
  payloadKept: boolean;
  /** Set when it was read after all, by a later version. */
  resolvedAt: ColumnType<string | null, string | undefined, string>;
}

/** The payload of a dead letter, in pieces. */
export interface DeadLetterChunkTable {
  deadLetterId: number;
  position: number;
  bytes: Uint8Array;
}

export type ReportKind = 'inspection' | 'disposition';

/** Reports for the MES, written in the same transaction as what they report. Numbers rise in the order of commits. */
export interface ReportOutboxTable {
  reportNo: Generated<number>;
  reportId: Generated<string>;
  kind: ReportKind;
  inspectionId: string;
  dispositionId: string | null;
  createdAt: FilledInstant;
}

/** How far a channel to the MES has come: every report up to this number is acknowledged or refused. */
export interface ReportChannelTable {
  channel: string;
  deliveredUpTo: number;
  /** Every delivered report from this number on is sent again; null for none. */
  againFrom: ColumnType<number | null, number | null | undefined, number | RawBuilder<number | null>>;
  updatedAt: ColumnType<string, string | undefined, RawBuilder<string>>;
}

/** A report that the receiver will not take, set aside so that those behind it go on. */
export interface ReportRefusalTable {
  channel: string;
  reportNo: number;
  reason: string;
  refusedAt: ColumnType<string, string | undefined, RawBuilder<string>>;
  /** It is to be sent again. */
  again: ColumnType<boolean, boolean | undefined, boolean>;
  /** When the receiver took it after all. */
  resolvedAt: ColumnType<string | null, string | undefined, RawBuilder<string> | null>;
}

/** Who did what; appended by everything that a person may do. */
export interface AuditTable {
  auditId: Generated<number>;
  at: FilledInstant;
  /** Who: the name of a person; `link` is whoever held the dashboard's link before there were accounts. */
  actor: string;
  /** null: nobody with an account. */
  personId: ColumnType<string | null, string | null | undefined, never>;
  /** IP address it was done from. */
  address: ColumnType<string | null, string | null | undefined, never>;
  /** What: e.g. `disposition.append`. */
  action: string;
  /** On what: e.g. an inspection id. */
  subject: string;
  detail: Json<Readonly<Record<string, unknown>>>;
}

/** Which screen looks at which part; runs out by itself. */
export interface ReviewClaimTable {
  inspectionId: string;
  claimedBy: string;
  claimedUntil: string;
}

/** Value of each metric of a Sparkplug device, by name, and when it came to be (Unix ms). */
export type SparkplugMetrics = Readonly<
  Record<string, { readonly value: string | number | boolean | null; readonly at: number }>
>;

/** Birth number of a Sparkplug edge node (`group/node`): it rises by one with every session, over all processes. */
export interface SparkplugNodeTable {
  node: string;
  bdSeq: number;
}

/** What a station last said as a Sparkplug device. */
export interface SparkplugDeviceTable {
  stationId: string;
  metrics: Json<SparkplugMetrics>;
}

export interface DatabaseSchema extends PeopleTables, RecipeTables {
  inspection: InspectionTable;
  detection: DetectionTable;
  reason: ReasonTable;
  evidence: EvidenceTable;
  disposition: DispositionTable;
  audit: AuditTable;
  receipt: ReceiptTable;
  stationMark: StationMarkTable;
  deadLetter: DeadLetterTable;
  deadLetterChunk: DeadLetterChunkTable;
  reportOutbox: ReportOutboxTable;
  reportChannel: ReportChannelTable;
  reportRefusal: ReportRefusalTable;
  reviewClaim: ReviewClaimTable;
  sparkplugNode: SparkplugNodeTable;
  sparkplugDevice: SparkplugDeviceTable;
}

/** Handle on the store's database, or on a transaction of it. */
export type Database = Kysely<DatabaseSchema>;
