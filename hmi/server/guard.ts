import type { FastifyReply, FastifyRequest } from 'fastify';
import { refusalOf, sameToken, type Refusal } from '#hmi/server/access.ts';
import { refusalPage } from '#hmi/server/pages.ts';
import { problem } from '#hmi/server/problem.ts';
import type { TypedServer } from '#hmi/server/typed-server.ts';

export interface GuardSettings {
  readonly token: string;
  readonly ownNames: ReadonlySet<string>;
}

const refusals = {
  host: {
    status: 421,
    problem: problem(
      'HOST_UNKNOWN',
      'this server is not known by the name in the Host header',
      'Open it by its IP address or as localhost, or add the name to HAIRLINE_HTTP_NAMES.',
    ),
  },
  origin: {
    status: 403,
    problem: problem(
      'ORIGIN_FOREIGN',
      'the request comes from a page of another origin',
      'Open the dashboard itself and try again there.',
    ),
  },
  token: {
    status: 401,
    problem: problem(
      'TOKEN_REQUIRED',
      'the request carries no valid token',
      'Open the link that the dashboard printed when it started, or send "Authorization: Bearer TOKEN".',
    ),
  },
} as const;

/** Lets nobody in who has not opened the printed link or does not send its token. Covers every route. */
export function addGuard(server: TypedServer, { token, ownNames }: GuardSettings): void {
  server.addHook('onRequest', async (request, reply) => {
    const cookieName = cookieNameOf(request);
    const cookieToken = request.cookies[cookieName];
    const { host, origin, authorization } = request.headers;
    const refusal = refusalOf({ host, origin, authorization, cookieToken }, token, ownNames);
    const linked = linkToken(request);
    if ((refusal === null || refusal === 'token') && linked !== null && sameToken(linked, token)) {
      return exchange(request, reply, token);
    }
    if (refusal !== null) return refuse(request, reply, refusal);
    // Whoever has the link of the start has the machine.
    request.person = { name: 'link', role: 'admin' };
    return undefined;
  });
}

/** Cookies are shared by all ports of a host: two dashboards on one machine must not overwrite each other's. */
function cookieNameOf(request: FastifyRequest): string {
  return `hairline-${request.socket.localPort ?? 0}`;
}

function linkToken(request: FastifyRequest): string | null {
  // Not every request target is an address: `//` names a host that is empty.
  const url = request.method === 'GET' ? URL.parse(request.url, 'http://local') : null;
  return url?.searchParams.get('token') ?? null;
}

/** Turns the token of the link into a cookie, and the address into one that can be shown around. */
async function exchange(request: FastifyRequest, reply: FastifyReply, token: string): Promise<FastifyReply> {
  const url = new URL(request.url, 'http://local');
  url.searchParams.delete('token');
  reply.setCookie(cookieNameOf(request), token, { path: '/', httpOnly: true, sameSite: 'strict' });
  // Path and query alone: a link like //elsewhere/?token= must not lead elsewhere.
  return reply.redirect(`/${url.pathname.replace(/^\/+/, '')}${url.search}`, 303);
}

async function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: Exclude<Refusal, null>,
): Promise<FastifyReply> {
  const { status, problem: body } = refusals[refusal];
  reply.code(status).header('cache-control', 'no-store');
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="Hairline"');
  const wantsPage = !request.url.startsWith('/api/') && (request.headers.accept ?? '').includes('text/html');
  return wantsPage ? reply.type('text/html; charset=utf-8').send(refusalPage(body)) : reply.send(body);
}
