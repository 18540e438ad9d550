import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { runProcess } from '#host/run-process.ts';
import { createAccounts } from '#hmi/accounts/accounts.ts';
import { untilFirstAdminLink } from '#hmi/accounts/first-admin.ts';
import { readHmiConfig } from '#hmi/config.ts';
import { createServer } from '#hmi/server/create-server.ts';
import { createEdgeNodes } from '#hmi/server/edge-nodes.ts';
import { listenFrom } from '#hmi/server/listen.ts';
import { createLiveFeed } from '#hmi/server/live-feed.ts';
import { createMetrics } from '#hmi/server/metrics.ts';
import type { ServerParts } from '#hmi/server/parts.ts';
import { listenToPlant } from '#hmi/server/plant.ts';
import { isConnectionError } from '#store/connection-error.ts';
import type { Database } from '#store/database.ts';
import { openEvidenceFolder } from '#store/evidence/evidence-folder.ts';
import { heldImage } from '#store/evidence/held-image.ts';
import { openDatabase } from '#store/open-database.ts';

const pageDir = resolve(import.meta.dirname, 'web', 'dist');

await runProcess('hmi', async ({ log, ready, stack, stop }) => {
  const config = readHmiConfig(process.env);
  const database = stack.use(openDatabase({ url: config.databaseUrl, connections: 6, name: 'hairline hmi', log }));
  const feed = createLiveFeed(database, log);
  const reading = feed.run(stop);
  stack.defer(() => reading);
  const plant = stack.use(listenToPlant(config.broker, log, { stored: feed.notice }));
  const accounts = createAccounts(database, log);
  const server = await createServer({
    database,
    feed,
    plant,
    edges: createEdgeNodes(config.edgeUrls),
    heldEvidence: evidenceOf(database, config.evidenceDir),
    metrics: createMetrics(),
    accounts,
    anonymousRole: config.anonymousRole,
    token: config.token,
    proxies: config.proxies,
    ownNames: new Set([config.host.toLowerCase(), hostname().toLowerCase(), ...config.names]),
    recipeDir: config.recipeDir,
    pageDir,
    now: () => new Date(),
    log,
  });
  stack.defer(() => server.close());
  const port = await listenFrom(server, config.host, config.port);
  if (config.port !== 0 && port !== config.port)
    log.warn({ asked: config.port, port }, 'port in use, took the next free one');
  const url = `http://${shownHost(config.host)}:${port}/`;
  log.info({ url, anonymous: config.anonymousRole ?? 'none' }, 'dashboard serves');
  ready({
    url,
    anonymous: config.anonymousRole,
    portInUse: port === config.port || config.port === 0 ? null : config.port,
  });
  const told = untilFirstAdminLink(database, accounts, { log, stop }).then((token) => {
    if (token === null) return;
    // Behind #: a browser keeps it to itself, so that it stands in no log of a proxy.
    const link = `${url}link#${token}`;
    log.info({ link }, 'no admin has a password: who opens this link first is admin; it lapses after a day');
    process.send?.({ kind: 'admin-link', link });
  });
  stack.defer(() => told);
});

/** The images that the store keeps. While the database does not answer, the edge nodes are asked instead. */
function evidenceOf(database: Database, dir: string | null): ServerParts['heldEvidence'] {
  if (dir === null) return async () => null;
  const folder = openEvidenceFolder(dir);
  return (sha256) =>
    heldImage(database, folder, sha256).catch((error: unknown) => {
      if (isConnectionError(error)) return null;
      throw error;
    });
}

/** An address a browser on this machine can open. */
function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
