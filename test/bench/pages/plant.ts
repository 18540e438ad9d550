import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt from 'mqtt';
import type { InspectionMessage } from '#edge/messages.schema.ts';
import { topicOf } from '#edge/topics.ts';
import { drawInspection, type DrawnInspection } from '../../support/board-inspections.ts';
import { freshBroker } from '../../support/broker.ts';
import { freshDatabase } from '../../support/database.ts';
import { startEdgeDouble, type EdgeDouble } from '../../support/edge-double.ts';
import { sendMessages, type MessageSender } from '../../support/message-sender.ts';
import { spawnProcess } from '../../support/spawn-process.ts';

/** A store and a dashboard as processes of their own, and stations that send. */
export interface BenchPlant {
  readonly url: string;
  /** Resident memory of the dashboard in MB. */
  readonly residentMb: () => Promise<number>;
  /** Processor time that the dashboard took since it began, in ms. */
  readonly processorMs: () => Promise<number>;
  /** Sends the next part of the next station; answers its inspection's id. */
  readonly sendPart: () => string;
  /** Times from sending a part to the store's mark that covers it, ms. */
  readonly storeDelays: () => readonly number[];
  /** Resolves once the store holds all that was sent. */
  readonly untilStored: () => Promise<void>;
}

const stationIds = ['pcb', 'pcb2'];
const drawnPerStation = 3;
// The edge nodes' memory of images, in parts.
const keptParts = 200;
// Kernel ticks a second: 100 on every Linux that Node runs on.
const tickMs = 10;

export async function startBenchPlant(stack: AsyncDisposableStack): Promise<BenchPlant> {
  const broker = stack.use(await freshBroker());
  const database = stack.use(await freshDatabase());
  const stations: BenchStation[] = [];
  for (const stationId of stationIds) stations.push(await startStation(stack, stationId, broker.url));
  const environment = {
    HAIRLINE_DATABASE_URL: database.url,
    HAIRLINE_MQTT_URL: broker.url,
    HAIRLINE_EDGE_URLS: stations.map(({ stationId, edge }) => `${stationId}=${edge.url}`).join(','),
    HAIRLINE_LOG_LEVEL: 'warn',
  };
  const store = stack.use(spawnProcess('store/main.ts', environment));
  await store.ready;
  const hmi = stack.use(spawnProcess('hmi/main.ts', { ...environment, HAIRLINE_HTTP_PORT: '0' }));
  const { url } = await hmi.ready;
  let sent = 0;
  return {
    url: String(url),
    residentMb: async () => {
      const kb = /^VmRSS:\s+(\d+) kB/m.exec(await readFile(`/proc/${hmi.pid()}/status`, 'utf8'))?.[1];
      return (Number(kb) * 1024) / 1e6;
    },
    processorMs: async () => {
      // After the name in brackets: user and system time are the 12th and 13th field.
      const fields = (await readFile(`/proc/${hmi.pid()}/stat`, 'utf8')).replace(/^.*\) /s, '').split(' ');
      return (Number(fields[11]) + Number(fields[12])) * tickMs;
    },
    sendPart: () => {
      const station = stations[sent % stations.length];
      sent += 1;
      return station?.sendPart() ?? '';
    },
    storeDelays: () => stations.flatMap((station) => station.storeDelays),
    untilStored: async () => {
      while (stations.some((station) => station.sender.mark() < station.sent())) await sleep(50);
    },
  };
}

interface BenchStation {
  readonly stationId: string;
  readonly edge: EdgeDouble;
  readonly sender: MessageSender;
  readonly sendPart: () => string;
  readonly sent: () => number;
  readonly storeDelays: readonly number[];
}

async function startStation(stack: AsyncDisposableStack, stationId: string, brokerUrl: string): Promise<BenchStation> {
  const edge = stack.use(await startEdgeDouble(stationId));
  const own = { stationId, streamId: randomUUID(), epoch: randomUUID(), reviewer: true };
  const drawn: DrawnInspection[] = [];
  for (let part = 1; part <= drawnPerStation; part += 1) drawn.push(await drawInspection(own, part));
  const goldens = new Set(drawn.flatMap(({ message }) => message.views.map(({ goldenSha256 }) => goldenSha256)));
  for (const { images } of drawn) {
    for (const [sha256, bytes] of images) if (goldens.has(sha256)) edge.images.set(sha256, bytes);
  }
  const first = drawn[0] as DrawnInspection;
  const sender: MessageSender = stack.use(sendMessages(brokerUrl, first.message));
  const frames: string[] = [];
  const storeDelays = await timeMarks(stack, brokerUrl, first.message);
  let sequence = 0;
  const sendPart = (): string => {
    sequence += 1;
    const like = drawn[sequence % drawn.length] as DrawnInspection;
    const inspectionId = randomUUID();
    const views = like.message.views.map((view) => {
      const frameSha256 = ownFrame(edge, like.images.get(view.frameSha256 ?? ''), inspectionId);
      frames.push(frameSha256);
      return { ...view, frameSha256 };
    });
    while (frames.length > keptParts * views.length) edge.images.delete(frames.shift() ?? '');
    const at = new Date().toISOString();
    const serial = `${stationId}-${sequence}`;
    const numbers = { inspectionId, sequence, triggerNo: sequence, serial, triggeredAt: at, decidedAt: at };
    storeDelays.sentAt.set(sequence, performance.now());
    sender.push({ ...like.message, ...numbers, views });
    return inspectionId;
  };
  return { stationId, edge, sender, sendPart, sent: () => sequence, storeDelays: storeDelays.times };
}

/** A frame that no other part has: what follows the end of a PNG is not read. */
function ownFrame(edge: EdgeDouble, png: Uint8Array | undefined, word: string): string {
  const bytes = Buffer.concat([png ?? Buffer.alloc(0), Buffer.from(word)]);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  edge.images.set(sha256, bytes);
  return sha256;
}

/** Listens to the marks of a station. */
async function timeMarks(stack: AsyncDisposableStack, brokerUrl: string, first: InspectionMessage) {
  const sentAt = new Map<number, number>();
  const times: number[] = [];
  const client = await mqtt.connectAsync(brokerUrl, { protocolVersion: 4 });
  stack.defer(() => client.endAsync(true));
  client.on('message', (_, payload) => {
    const mark = (JSON.parse(payload.toString()) as { sequence: number }).sequence;
    for (const [sequence, at] of sentAt) {
      if (sequence > mark) break;
      times.push(performance.now() - at);
      sentAt.delete(sequence);
    }
  });
  await client.subscribeAsync(topicOf({ site: first.site, line: first.line, station: first.stationId }, 'mark'));
  return { sentAt, times };
}
