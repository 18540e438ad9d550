import { expect, vi } from 'vitest';
import type { InspectionMessage } from '#edge/messages.schema.ts';
import { deliverReports } from '#mes/deliver-reports.ts';
import { createEdgeNode, type EdgeNode } from '#mes/sparkplug/edge-node.ts';
import type { Database } from '#store/database.ts';
import { ingest } from '#store/ingest/ingest.ts';
import { migrateToLatest } from '#store/migrate.ts';
import { openDatabase } from '#store/open-database.ts';
import { channelState } from '#store/queries/report-channel.ts';
import { lastReportNo } from '#store/queries/sparkplug.ts';
import { freshBroker, type BrokerKind, type TestBroker } from './broker.ts';
import { freshDatabase } from './database.ts';
import { asRead, testMessage } from './inspection-message.ts';
import { silentLog } from './silent-log.ts';
import { listenToSparkplug, type SparkplugListener } from './sparkplug-listener.ts';

/** Database, broker and a host that listens, for an edge node that runs in this process. */
export interface SparkplugPlant extends PlantDoings {
  readonly broker: TestBroker;
  readonly database: Database;
  readonly listener: SparkplugListener;
  /** An edge node as a process has it, for as long as it lives. */
  readonly edgeNode: (host: string | null) => EdgeNode;
  /** Begins the work of the elected process; returns what ends it. */
  readonly run: (node: EdgeNode) => () => Promise<void>;
  /** The same with an edge node of its own. */
  readonly start: (host?: string) => () => Promise<void>;
}

export interface PlantDoings {
  readonly station: (stationId: string, state: 'online' | 'offline') => Promise<void>;
  /** Stores parts that were decided so long ago. */
  readonly inspect: (
    stationId: string,
    sequences: readonly number[],
    ageMs?: number,
  ) => Promise<readonly InspectionMessage[]>;
  /** The host `scada` says whether it is there. */
  readonly hostSays: (online: boolean, timestamp: number) => Promise<void>;
  /** Waits until the channel has delivered everything and the listener has heard it. */
  readonly settled: () => Promise<void>;
}

export async function sparkplugPlant(brokerKind: BrokerKind, stack: AsyncDisposableStack): Promise<SparkplugPlant> {
  const server = stack.use(await freshDatabase());
  const broker = stack.use(await freshBroker(brokerKind));
  const { url } = server;
  const database = stack.use(openDatabase({ url, connections: 4, name: 'test', log: silentLog }));
  await migrateToLatest(database);
  const listener = stack.use(await listenToSparkplug(broker.url));
  const edgeNode = (host: string | null): EdgeNode => {
    const ids = { group: 'plant', node: 'line1', host };
    return createEdgeNode({ broker: { url: broker.url, login: {} }, ids, database, log: silentLog, now: Date.now });
  };
  const run = (node: EdgeNode): (() => Promise<void>) => {
    const stopper = new AbortController();
    const { channel } = node;
    const delivering = deliverReports({ database, channel, log: silentLog, stop: stopper.signal, pollMs: 20 });
    const ended = Promise.allSettled([node.run(stopper.signal), delivering]);
    const stop = async (): Promise<void> => {
      stopper.abort();
      await ended;
    };
    stack.defer(stop);
    return stop;
  };
  const start = (host: string | null = null): (() => Promise<void>) => run(edgeNode(host));
  return { broker, database, listener, edgeNode, run, start, ...plantDoings(database, listener) };
}

/** What happens in a plant: stations come and go, parts are inspected, the host comes and goes. */
export function plantDoings(database: Database, listener: SparkplugListener): PlantDoings {
  return {
    station: (stationId, state) => {
      const said = { schemaVersion: 1, stationId, state, at: new Date().toISOString() };
      return listener.publish(`hairline/v1/demo/line1/${stationId}/state`, JSON.stringify(said), true);
    },
    inspect: async (stationId, sequences, ageMs = 0) => {
      const decidedAt = new Date(Date.now() - ageMs).toISOString();
      const messages = sequences.map((sequence) => testMessage(sequence, { stationId, decidedAt }));
      for (let from = 0; from < messages.length; from += 50) {
        await ingest(database, messages.slice(from, from + 50).map(asRead));
      }
      return messages;
    },
    hostSays: (online, timestamp) =>
      listener.publish('spBv1.0/STATE/scada', JSON.stringify({ online, timestamp }), true),
    settled: async () => {
      const all = await lastReportNo(database);
      await vi.waitFor(async () => expect((await channelState(database, 'sparkplug')).deliveredUpTo).toBe(all), {
        timeout: 60_000,
        interval: 50,
      });
      await listener.caughtUp();
    },
  };
}
