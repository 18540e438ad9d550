import type { ServerResponse } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Accounts } from '#hmi/accounts/accounts.ts';
import type { LiveEvent } from '#hmi/server/live-feed.ts';
import type { ServerParts } from '#hmi/server/parts.ts';
import { sessionCookieOf } from '#hmi/server/session-cookie.ts';
import type { TypedServer } from '#hmi/server/typed-server.ts';

const heartbeatMs = 3000;
const recheckMs = 10_000;
// A page that reads nothing for so long is cut off; it comes again with the id of the last event it got.
const unsentUpToBytes = 4 * 1024 * 1024;

/** Server-sent events: `inspection` with an id to resume from, `reload` when too much was missed, `tick` as heartbeat. */
export function addLiveRoute(server: TypedServer, { accounts, anonymousRole, feed, metrics }: ServerParts): void {
  const screens = new Map<ServerResponse, FastifyRequest>();
  const headers = {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-accel-buffering': 'no',
  };
  const heartbeat = setInterval(() => {
    for (const screen of screens.keys()) write(screen, `event: tick\ndata: {}\n\n`);
  }, heartbeatMs);
  // A stream outlives the session it was opened with; where anybody may look on that does not matter.
  const recheck = setInterval(() => {
    if (anonymousRole === null) for (const [screen, request] of screens) void endIfOver(accounts, screen, request);
  }, recheckMs);
  const sendAll = feed.subscribe((event) => {
    metrics.countInspection(event.card);
    const text = toText(event);
    for (const screen of screens.keys()) write(screen, text);
  });
  server.addHook('preClose', async () => {
    clearInterval(heartbeat);
    clearInterval(recheck);
    sendAll();
    for (const screen of screens.keys()) screen.end();
  });

  server.get(
    '/api/v1/live',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'Stored inspections as they come, as server-sent events',
        querystring: z.strictObject({ after: z.string().optional().describe('Cursor of the overview') }),
        headers: z.object({ 'last-event-id': z.string().optional() }),
      },
    },
    async (request, reply) => {
      const { query, headers: given } = request;
      const after = given['last-event-id'] || query.after;
      // Follows before it looks back, so that nothing falls between; what comes twice has the same id.
      const waiting: LiveEvent[] = [];
      const unfollow = feed.subscribe((event) => waiting.push(event));
      const backlog = await (after ? feed.after(after) : Promise.resolve([])).finally(unfollow);
      reply.hijack();
      const screen = reply.raw;
      // Who left meanwhile has been told of already, and would stay among the screens for good.
      if (screen.destroyed) return;
      screen.writeHead(200, headers);
      screen.write('retry: 1000\n\n');
      if (backlog === 'too-many') screen.write('event: reload\ndata: {}\n\n');
      else sendBacklog(screen, backlog, waiting);
      screens.set(screen, request);
      metrics.setScreens(screens.size);
      screen.on('close', () => {
        screens.delete(screen);
        metrics.setScreens(screens.size);
      });
    },
  );
}

/** Ends a stream whose session has ended. While the database is away nobody is turned out. */
async function endIfOver(accounts: Accounts, screen: ServerResponse, request: FastifyRequest): Promise<void> {
  const cookie = sessionCookieOf(request);
  if (cookie === undefined) return;
  const account = await accounts.accountOf(cookie).catch(() => undefined);
  if (account === null) screen.end();
}

function sendBacklog(screen: ServerResponse, backlog: readonly LiveEvent[], waiting: readonly LiveEvent[]): void {
  const sent = new Set(backlog.map((event) => event.id));
  for (const event of [...backlog, ...waiting.filter((late) => !sent.has(late.id))]) write(screen, toText(event));
}

function toText({ id, card }: LiveEvent): string {
  return `id: ${id}\nevent: inspection\ndata: ${JSON.stringify(card)}\n\n`;
}

function write(screen: ServerResponse, text: string): void {
  if (screen.writableLength > unsentUpToBytes) screen.destroy();
  else screen.write(text);
}
