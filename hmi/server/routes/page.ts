import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { unbuiltPage } from '#hmi/server/pages.ts';
import type { ServerParts } from '#hmi/server/parts.ts';
import { notFound } from '#hmi/server/problem.ts';
import type { TypedServer } from '#hmi/server/typed-server.ts';

/** The built web page: files by their hashed names, and the page itself for every address it draws. */
export async function addPageRoutes(server: TypedServer, { pageDir }: ServerParts): Promise<void> {
  await server.register(fastifyStatic, { root: pageDir, serve: false, index: false });

  server.get('/assets/*', { config: { role: 'everyone' }, schema: { hide: true } }, async (request, reply) => {
    const name = (request.params as { readonly '*': string })['*'];
    return reply.sendFile(`assets/${name}`, pageDir, { immutable: true, maxAge: '365d' });
  });

  server.setNotFoundHandler(async (request, reply) => {
    const isPage = request.method === 'GET' && !/^\/(api|assets|metrics)(\/|$|\?)/.test(request.url);
    if (!isPage) return reply.code(404).send(notFound(`${request.method} ${request.url.split('?')[0] ?? ''}`));
    if (!existsSync(join(pageDir, 'index.html'))) {
      return reply.code(503).type('text/html; charset=utf-8').send(unbuiltPage());
    }
    return reply.header('cache-control', 'no-cache').sendFile('index.html', pageDir, { cacheControl: false });
  });
}
