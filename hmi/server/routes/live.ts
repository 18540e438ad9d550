import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { LiveEvent } from '#hmi/server/live-feed.ts';
import type { ServerParts } from '#hmi/server/parts.ts';
import type { TypedServer } from '#hmi/server/typed-server.ts';

const heartbeatMs = 3000;
// A page that reads nothing for so long is cut off; it comes again with the id of the last event it got.
const unsentUpToBytes = 4 * 1024 * 1024;

/** Server-sent events: `inspection` with an id to resume from, `reload` when too much was missed, `tick` as heartbeat. */
export function addLiveRoute(server: TypedServer, { feed, metrics }: ServerParts): void {
  const screens = new Set<ServerResponse>();
  const headers = {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-accel-buffering': 'no',
  };
  const heartbeat = setInterval(() => {
    for (const screen of screens) write(screen, `event: tick\ndata: {}\n\n`);
  }, heartbeatMs);
  const sendAll = feed.subscribe((event) => {
    metrics.countInspection(event.card);
    const text = toText(event);
    for (const screen of screens) write(screen, text);
  });
  server.addHook('preClose', async () => {
    clearInterval(heartbeat);
    sendAll();
    for (const screen of screens) screen.end();
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
    async ({ query, headers: given }, reply) => {
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
      screens.add(screen);
      metrics.setScreens(screens.size);
      screen.on('close', () => {
        screens.delete(screen);
        metrics.setScreens(screens.size);
      });
    },
  );
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
