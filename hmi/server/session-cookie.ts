import type { FastifyReply, FastifyRequest } from 'fastify';
import { sessionSeconds } from '#hmi/accounts/create-auth.ts';

/** Cookies are shared by all ports of a host: two dashboards on one machine must not overwrite each other's. */
function nameOf(request: FastifyRequest): string {
  return `hairline-${request.socket.localPort ?? 0}`;
}

/** What stands for the session of a request; undefined where there is none. */
export function sessionCookieOf(request: FastifyRequest): string | undefined {
  return request.cookies[nameOf(request)];
}

/** Keeps a session in the browser, out of reach of scripts and other sites. */
export function keepSession(request: FastifyRequest, reply: FastifyReply, value: string): void {
  reply.setCookie(nameOf(request), value, { ...attributesFor(request), maxAge: sessionSeconds });
}

/** Lets the browser forget its session. */
export function forgetSession(request: FastifyRequest, reply: FastifyReply): void {
  reply.clearCookie(nameOf(request), attributesFor(request));
}

// This server speaks plain HTTP; a page that came through a proxy with TLS says so in Origin, which the guard has checked.
function attributesFor({ headers }: FastifyRequest) {
  return {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: headers.origin?.startsWith('https:') ?? false,
  } as const;
}
