import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { runProcess } from '#host/run-process.ts';
import { readHmiConfig } from '#hmi/config.ts';
import { createServer } from '#hmi/server/create-server.ts';
import { createEdgeNodes } from '#hmi/server/edge-nodes.ts';
import { listenFrom } from '#hmi/server/listen.ts';
import { createLiveFeed } from '#hmi/server/live-feed.ts';
import { createMetrics } from '#hmi/server/metrics.ts';
import { listenToPlant } from '#hmi/server/plant.ts';
import { openDatabase } from '#store/open-database.ts';

const pageDir = resolve(import.meta.dirname, 'web', 'dist');

await runProcess('hmi', async ({ log, ready, stack, stop }) => {
  const config = readHmiConfig(process.env);
  const database = stack.use(openDatabase({ url: config.databaseUrl, connections: 6, name: 'hairline hmi', log }));
  const feed = createLiveFeed(database, log);
  const reading = feed.run(stop);
  stack.defer(() => reading);
  const plant = stack.use(listenToPlant(config.mqttUrl, log, { stored: feed.notice }));
  const token = config.token ?? randomBytes(24).toString('base64url');
  const server = await createServer({
    database,
    feed,
    plant,
    edges: createEdgeNodes(config.edgeUrls),
    metrics: createMetrics(),
    token,
    ownNames: new Set([config.host.toLowerCase(), hostname().toLowerCase(), ...config.names]),
    pageDir,
    now: () => new Date(),
    log,
  });
  stack.defer(() => server.close());
  const port = await listenFrom(server, config.host, config.port);
  if (config.port !== 0 && port !== config.port)
    log.warn({ asked: config.port, port }, 'port in use, took the next free one');
  const url = `http://${shownHost(config.host)}:${port}/`;
  const link = `${url}?token=${encodeURIComponent(token)}`;
  // A token made here is read here: whoever reads this log may open the dashboard. One that was set is known already,
  // and outlives the log.
  log.info(config.token === null ? { link } : { url }, 'dashboard serves');
  ready({ url, link });
});

/** An address a browser on this machine can open. */
function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
