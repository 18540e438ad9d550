import type { FastifyInstance } from 'fastify';
import type { InspectionMessage } from '#edge/messages.schema.ts';
import type { StateMessage } from '#edge/messages.schema.ts';
import { createServer } from '#hmi/server/create-server.ts';
import { createEdgeNodes } from '#hmi/server/edge-nodes.ts';
import { createLiveFeed, type LiveFeed } from '#hmi/server/live-feed.ts';
import { createMetrics } from '#hmi/server/metrics.ts';
import type { Database } from '#store/database.ts';
import type { Image } from '#store/evidence/fetch-image.ts';
import { ingest } from '#store/ingest/ingest.ts';
import { migrateToLatest } from '#store/migrate.ts';
import { openDatabase } from '#store/open-database.ts';
import { freshDatabase } from './database.ts';
import { startEdgeDouble, type EdgeDouble } from './edge-double.ts';
import { asRead } from './inspection-message.ts';
import { silentLog } from './silent-log.ts';

export const testToken = 'token-of-the-tests';

/** A dashboard server on a database of its own, with an edge node's face beside it. */
export interface TestDashboard extends AsyncDisposable {
  readonly server: FastifyInstance;
  readonly database: Database;
  readonly feed: LiveFeed;
  readonly edge: EdgeDouble;
  /** What the broker tells: null while connected. */
  brokerTrouble: string | null;
  readonly states: Map<string, StateMessage>;
  /** Stores messages as the store does, and gives notice. */
  readonly store: (...messages: readonly InspectionMessage[]) => Promise<void>;
  /** Another server on the same database, as after a restart. */
  readonly restart: () => Promise<FastifyInstance>;
}

export const withToken = { authorization: `Bearer ${testToken}` };

export interface DashboardOptions {
  readonly pageDir?: string;
  /** Images that the store keeps, by digest. */
  readonly held?: ReadonlyMap<string, Image>;
  readonly now?: () => Date;
  /** A database that is not to be made, e.g. one that is down. */
  readonly databaseUrl?: string;
  /** The feed as the server gets it, made of the real one. */
  readonly feedOf?: (feed: LiveFeed) => LiveFeed;
}

export async function startDashboard(options: DashboardOptions = {}): Promise<TestDashboard> {
  const stack = new AsyncDisposableStack();
  const url = options.databaseUrl ?? stack.use(await freshDatabase()).url;
  const database = stack.use(openDatabase({ url, connections: 6, name: 'test', log: silentLog }));
  if (options.databaseUrl === undefined) await migrateToLatest(database);
  const edge = stack.use(await startEdgeDouble('pcb'));
  const told = { brokerTrouble: null as string | null, states: new Map<string, StateMessage>() };
  const feeds: LiveFeed[] = [];
  const serve = async (): Promise<FastifyInstance> => {
    const feed = createLiveFeed(database, silentLog);
    feeds.push(feed);
    const stopper = new AbortController();
    const reading = feed.run(stopper.signal);
    const server = await createServer({
      database,
      feed: options.feedOf?.(feed) ?? feed,
      plant: { brokerTrouble: () => told.brokerTrouble, states: () => told.states },
      edges: createEdgeNodes(new Map([['pcb', edge.url]])),
      heldEvidence: async (sha256) => options.held?.get(sha256) ?? null,
      metrics: createMetrics(),
      token: testToken,
      ownNames: new Set(['panel-3']),
      pageDir: options.pageDir ?? '/nowhere',
      now: options.now ?? (() => new Date()),
      log: silentLog,
    });
    stack.defer(async () => {
      stopper.abort();
      await reading;
      await server.close();
    });
    return server;
  };
  const server = await serve();
  const dashboard: TestDashboard = {
    server,
    database,
    feed: feeds[0] ?? createLiveFeed(database, silentLog),
    edge,
    get brokerTrouble() {
      return told.brokerTrouble;
    },
    set brokerTrouble(trouble) {
      told.brokerTrouble = trouble;
    },
    states: told.states,
    store: async (...messages) => {
      await ingest(database, messages.map(asRead));
      for (const feed of feeds) feed.notice();
    },
    restart: serve,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
  return dashboard;
}
