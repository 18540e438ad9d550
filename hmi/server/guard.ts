import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Accounts } from '#hmi/accounts/accounts.ts';
import { refusalOf, sameToken } from '#hmi/server/access.ts';
import { refusalPage } from '#hmi/server/pages.ts';
import { problem } from '#hmi/server/problem.ts';
import { leastRoleOf, mayUse, type LeastRole, type Person } from '#hmi/server/roles.ts';
import { sessionCookieOf } from '#hmi/server/session-cookie.ts';
import type { TypedServer } from '#hmi/server/typed-server.ts';
import { isConnectionError } from '#store/connection-error.ts';
import type { Role } from '#hmi/roles.ts';

export interface GuardSettings {
  readonly accounts: Accounts;
  /** What anybody may do without signing in; null: nothing. */
  readonly anonymousRole: Role | null;
  /** Token of programs that read; null: none. */
  readonly token: string | null;
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
      'the request does not come from a page of this dashboard',
      'Open the dashboard itself and try again there. A program that signs in sends Origin as the page does.',
    ),
  },
  token: {
    status: 401,
    problem: problem(
      'TOKEN_INVALID',
      'the token is not that of this dashboard',
      'Send what HAIRLINE_API_TOKEN says as "Authorization: Bearer TOKEN", or no such header.',
    ),
  },
  person: {
    status: 401,
    problem: problem(
      'SIGN_IN_REQUIRED',
      'this needs somebody who is signed in',
      'Sign in, or open the link that an admin gave you. The first admin finds theirs where the dashboard was started.',
    ),
  },
} as const;

/** Finds out who asks, and lets nobody further than their role goes. Covers every route. */
export function addGuard(server: TypedServer, settings: GuardSettings): void {
  server.addHook('onRequest', async (request, reply) => {
    const refusal = refusalOf(accessOf(request), settings.ownNames);
    if (refusal !== null) return refuse(request, reply, refusal);
    const least = leastRoleOf(request);
    // Who asks for the page itself does not matter, and must not cost a question to the database.
    if (least === 'everyone' && !request.url.startsWith('/api/')) return undefined;
    const person = await personOf(request, least, settings);
    if (person === 'wrong-token') return refuse(request, reply, 'token');
    request.person = person;
    if (mayUse(person, least)) return undefined;
    if (person === null || person.personId === null) return refuse(request, reply, 'person');
    reply.code(403).header('cache-control', 'no-store');
    return reply.send(problem('ROLE_REQUIRED', `this needs the role ${least}`, 'Ask an admin for the role.'));
  });
}

function accessOf(request: FastifyRequest) {
  const { host, origin, 'sec-fetch-site': fetchSite, 'sec-fetch-mode': fetchMode } = request.headers;
  return {
    method: request.method,
    host,
    origin,
    fetchSite: typeof fetchSite === 'string' ? fetchSite : undefined,
    fetchMode: typeof fetchMode === 'string' ? fetchMode : undefined,
    withCookie: sessionCookieOf(request) !== undefined,
  };
}

/** Who asks. A session that has ended makes nobody of them, not somebody who is refused: they go on as anybody may. */
async function personOf(
  request: FastifyRequest,
  least: LeastRole,
  { accounts, anonymousRole, token }: GuardSettings,
): Promise<Person | 'wrong-token' | null> {
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) {
    const right = token !== null && sameToken(bearer, token);
    return right ? { name: 'token', role: 'viewer', personId: null } : 'wrong-token';
  }
  const anybody: Person | null =
    anonymousRole === null ? null : { name: 'anonymous', role: anonymousRole, personId: null };
  const cookie = sessionCookieOf(request);
  if (cookie === undefined) return anybody;
  try {
    return (await accounts.accountOf(cookie)) ?? anybody;
  } catch (error) {
    // What anybody may see stays, and says what is down.
    if (isConnectionError(error) && mayUse(anybody, least)) return anybody;
    throw error;
  }
}

async function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: keyof typeof refusals,
): Promise<FastifyReply> {
  const { status, problem: body } = refusals[refusal];
  reply.code(status).header('cache-control', 'no-store');
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="Hairline"');
  const wantsPage = !request.url.startsWith('/api/') && (request.headers.accept ?? '').includes('text/html');
  return wantsPage ? reply.type('text/html; charset=utf-8').send(refusalPage(body)) : reply.send(body);
}
