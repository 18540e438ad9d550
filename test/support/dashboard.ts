import { resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { InspectionMessage } from '#edge/messages.schema.ts';
import type { StateMessage } from '#edge/messages.schema.ts';
import { createAccounts } from '#hmi/accounts/accounts.ts';
import { createServer } from '#hmi/server/create-server.ts';
import { createEdgeNodes } from '#hmi/server/edge-nodes.ts';
import { createLiveFeed, type LiveFeed } from '#hmi/server/live-feed.ts';
import { createMetrics } from '#hmi/server/metrics.ts';
import type { Database } from '#store/database.ts';
import type { Image } from '#store/evidence/fetch-image.ts';
import { ingest } from '#store/ingest/ingest.ts';
import { migrateToLatest } from '#store/migrate.ts';
import { openDatabase } from '#store/open-database.ts';
import type { Actor } from '#store/people/append-audit.ts';
import { addPerson, listPeople } from '#store/people/people.ts';
import type { Role } from '#store/people/roles.ts';
import { freshDatabase, loginAs } from './database.ts';
import { startEdgeDouble, type EdgeDouble } from './edge-double.ts';
import { asRead } from './inspection-message.ts';
import { silentLog } from './silent-log.ts';

export const testToken = 'token-of-the-tests';

/** What a program sends that reads. */
export const withToken = { authorization: `Bearer ${testToken}` };

const tests: Actor = { name: 'tests', personId: null, address: null };

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
  /** Token of a link for a person of this role, made when one is asked for first. */
  readonly linkFor: (role: Role) => Promise<string>;
  /** Headers of somebody of this role who has signed in by a link, as the page sends them. */
  readonly as: (role: Role) => Promise<Readonly<Record<string, string>>>;
  /** Another server on the same database, as after a restart. */
  readonly restart: () => Promise<FastifyInstance>;
}

export interface DashboardOptions {
  readonly pageDir?: string;
  /** Images that the store keeps, by digest. */
  readonly held?: ReadonlyMap<string, Image>;
  readonly now?: () => Date;
  /** A database that is not to be made, e.g. one that is down. */
  readonly databaseUrl?: string;
  /** What anybody may do; null: nothing. */
  readonly anonymousRole?: Role | null;
  /** Addresses of proxies that are believed. */
  readonly proxies?: readonly string[];
  /** The feed as the server gets it, made of the real one. */
  readonly feedOf?: (feed: LiveFeed) => LiveFeed;
}

export async function startDashboard(options: DashboardOptions = {}): Promise<TestDashboard> {
  const stack = new AsyncDisposableStack();
  const open = (url: string) => stack.use(openDatabase({ url, connections: 6, name: 'test', log: silentLog }));
  const own = options.databaseUrl === undefined ? stack.use(await freshDatabase()) : null;
  const database = open(options.databaseUrl ?? own?.url ?? '');
  if (own) await migrateToLatest(database);
  // A dashboard in a plant has no other rights: whatever asks for more fails here.
  const served = own ? open(stack.use(await loginAs('hairline_hmi', own)).url) : database;
  const edge = stack.use(await startEdgeDouble('pcb'));
  const told = { brokerTrouble: null as string | null, states: new Map<string, StateMessage>() };
  const accounts = createAccounts(served, silentLog);
  const feeds: LiveFeed[] = [];
  const serve = async (): Promise<FastifyInstance> => {
    const feed = createLiveFeed(served, silentLog);
    feeds.push(feed);
    const stopper = new AbortController();
    const reading = feed.run(stopper.signal);
    const server = await createServer({
      database: served,
      feed: options.feedOf?.(feed) ?? feed,
      plant: { brokerTrouble: () => told.brokerTrouble, states: () => told.states },
      edges: createEdgeNodes(new Map([['pcb', edge.url]])),
      heldEvidence: async (sha256) => options.held?.get(sha256) ?? null,
      metrics: createMetrics(),
      accounts,
      anonymousRole: options.anonymousRole === undefined ? 'viewer' : options.anonymousRole,
      token: testToken,
      proxies: options.proxies ?? [],
      ownNames: new Set(['panel-3']),
      recipeDir: resolve('rules/recipes'),
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
  const linkFor = async (role: Role): Promise<string> => {
    const name = `${role} of the tests`;
    await addPerson(database, { name, role }, tests);
    const person = (await listPeople(database)).find((one) => one.name === name);
    return (await accounts.makeLink(person?.id ?? '', tests, false)) ?? 'no link';
  };
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
    linkFor,
    as: async (role) => signIn(server, await linkFor(role)),
    restart: serve,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
  return dashboard;
}

const ownOrigin = 'http://localhost';
let signedIn = 0;

/** Opens a link as the page does; answers the headers that the page sends from then on. */
export async function signIn(server: FastifyInstance, token: string): Promise<Readonly<Record<string, string>>> {
  const answer = await server.inject({
    method: 'POST',
    url: '/api/v1/session/link',
    headers: { origin: ownOrigin, host: 'localhost' },
    // Each from a machine of its own: one address may try twenty times a minute.
    remoteAddress: `10.0.${signedIn >> 8}.${signedIn++ & 255}`,
    payload: { token },
  });
  const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
  return { origin: ownOrigin, host: 'localhost', cookie };
}

/** The same headers for a server that listens at `url`: its cookie bears the port. */
export function onPort(headers: Readonly<Record<string, string>>, url: string): Record<string, string> {
  const { host: _host, cookie, ...rest } = headers;
  const { origin, port } = new URL(url);
  return { ...rest, origin, ...(cookie && { cookie: cookie.replace('hairline-0=', `hairline-${port}=`) }) };
}
