import type { FastifyReply, FastifyRequest } from 'fastify';
import type { SignIn } from '#hmi/accounts/accounts.ts';
import { problemSchema } from '#hmi/server/api.schema.ts';
import {
  changePasswordSchema,
  openLinkSchema,
  sessionSchema,
  signInSchema,
  type Session,
} from '#hmi/server/people.schema.ts';
import type { ServerParts } from '#hmi/server/parts.ts';
import { problem } from '#hmi/server/problem.ts';
import { actorOf } from '#hmi/server/roles.ts';
import { forgetSession, keepSession, sessionCookieOf } from '#hmi/server/session-cookie.ts';
import type { TypedServer } from '#hmi/server/typed-server.ts';
import type { Database } from '#store/database.ts';
import { personById } from '#store/people/people.ts';

const signInAnswers = { 200: sessionSchema, 401: problemSchema, 403: problemSchema, 429: problemSchema };

const tooOften = problem('TRIED_TOO_OFTEN', 'too many tries from this address', 'Wait a minute, then try again.');
const refusals = {
  password: problem('SIGN_IN_REFUSED', 'name or password is wrong', 'Try again, or ask an admin for a link.'),
  link: problem('LINK_SPENT', 'the link was used or has lapsed', 'Ask for a new one where you got this one.'),
  disabled: problem('PERSON_DISABLED', 'this account is disabled', 'Ask an admin.'),
  nobody: problem('SIGN_IN_REQUIRED', 'nobody is signed in', 'Sign in first.'),
  wrong: problem('PASSWORD_WRONG', 'the password is not the one you have now', 'Type the one you signed in with.'),
} as const;

type SessionParts = Pick<ServerParts, 'accounts' | 'database'>;

/** Signing in and out, and one's own password. */
export function addSessionRoutes(server: TypedServer, { accounts, database }: SessionParts): void {
  const answerSignIn = async (request: FastifyRequest, reply: FastifyReply, done: SignIn, by: 'password' | 'link') => {
    if (done.kind === 'too-often') return reply.code(429).send(tooOften);
    if (done.kind === 'disabled') return reply.code(403).send(refusals.disabled);
    if (done.kind === 'refused') return reply.code(401).send(refusals[by]);
    keepSession(request, reply, done.cookie);
    request.person = done.account;
    return reply.send(await sessionOf(request, database));
  };

  server.get(
    '/api/v1/session',
    {
      config: { role: 'everyone' },
      schema: { summary: 'Who is signed in, and what may be done', response: { 200: sessionSchema } },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      return sessionOf(request, database);
    },
  );

  server.post(
    '/api/v1/session',
    {
      config: { role: 'everyone' },
      schema: { summary: 'Sign in by name and password', body: signInSchema, response: signInAnswers },
    },
    async (request, reply) => answerSignIn(request, reply, await accounts.signIn(request.body, request.ip), 'password'),
  );

  server.post(
    '/api/v1/session/link',
    {
      config: { role: 'everyone' },
      schema: { summary: 'Sign in by a link, which is used up by that', body: openLinkSchema, response: signInAnswers },
    },
    async (request, reply) =>
      answerSignIn(request, reply, await accounts.openLink(request.body.token, request.ip), 'link'),
  );

  server.delete(
    '/api/v1/session',
    { config: { role: 'everyone' }, schema: { summary: 'Sign out', response: { 200: sessionSchema } } },
    async (request, reply) => {
      const cookie = sessionCookieOf(request);
      if (cookie !== undefined && request.person?.personId) await accounts.signOut(cookie, actorOf(request));
      forgetSession(request, reply);
      request.person = null;
      return sessionOf(request, database);
    },
  );
  addPasswordRoute(server, { accounts, database });
}

function addPasswordRoute(server: TypedServer, { accounts, database }: SessionParts): void {
  server.put(
    '/api/v1/session/password',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'Choose a password of one’s own; every other session of the person ends',
        body: changePasswordSchema,
        response: signInAnswers,
      },
    },
    async (request, reply) => {
      const cookie = sessionCookieOf(request);
      if (cookie === undefined || !request.person?.personId) return reply.code(401).send(refusals.nobody);
      const done = await accounts.changePassword(cookie, request.body, actorOf(request));
      if (done.kind === 'too-often') return reply.code(429).send(tooOften);
      if (done.kind === 'wrong-password') return reply.code(403).send(refusals.wrong);
      keepSession(request, reply, done.cookie);
      return reply.send(await sessionOf(request, database));
    },
  );
}

async function sessionOf({ person }: FastifyRequest, database: Database): Promise<Session> {
  const known = person?.personId ? await personById(database, person.personId) : null;
  const own = known && { name: known.name, role: known.role, hasPassword: known.hasPassword };
  return { person: own, role: person?.role ?? null };
}
