import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { problemSchema } from '#hmi/server/api.schema.ts';
import {
  linkSchema,
  newPersonSchema,
  peopleSchema,
  personChangeSchema,
  personSchema,
} from '#hmi/server/people.schema.ts';
import type { ServerParts } from '#hmi/server/parts.ts';
import { notFound, problem } from '#hmi/server/problem.ts';
import { actorOf } from '#hmi/server/roles.ts';
import type { TypedServer } from '#hmi/server/typed-server.ts';
import type { Database } from '#store/database.ts';
import type { Actor } from '#store/people/append-audit.ts';
import { addPerson, changePerson, listPeople, personById } from '#store/people/people.ts';

const params = z.object({ id: z.uuid() });

const nameTaken = problem('NAME_TAKEN', 'somebody has this name', 'Choose another; who left keeps theirs.');
const lastAdmin = problem('LAST_ADMIN', 'nobody would be left to manage people', 'Make somebody else admin first.');
const isDisabled = problem('PERSON_DISABLED', 'this account is disabled', 'Enable it first.');

/** People, for admins. Nobody is deleted: who leaves is disabled, and what they did keeps their name. */
export function addPeopleRoutes(server: TypedServer, { accounts, database }: ServerParts): void {
  /** Makes a link for somebody; the answer shows it once. */
  const sendLink = async (reply: FastifyReply, id: string, actor: Actor) => {
    const token = await accounts.makeLink(id, actor, true);
    const person = await personById(database, id);
    if (person === null) return reply.code(404).send(notFound('this person'));
    if (token === null) return reply.code(409).send(isDisabled);
    return reply.code(201).header('cache-control', 'no-store').send({ person, token });
  };

  server.get(
    '/api/v1/people',
    {
      config: { role: 'admin' },
      schema: { summary: 'Everybody with an account, by name', response: { 200: peopleSchema } },
    },
    async () => ({ people: await listPeople(database) }),
  );

  server.post(
    '/api/v1/people',
    {
      config: { role: 'admin' },
      schema: {
        summary: 'Add a person; the answer holds the token of their link, which is shown nowhere else',
        body: newPersonSchema,
        response: { 201: linkSchema, 404: problemSchema, 409: problemSchema },
      },
    },
    async (request, reply) => {
      const added = await addPerson(database, request.body, actorOf(request));
      if (added === 'name-taken') return reply.code(409).send(nameTaken);
      return sendLink(reply, added.id, actorOf(request));
    },
  );

  server.post(
    '/api/v1/people/:id/link',
    {
      config: { role: 'admin' },
      schema: {
        summary: 'Make a new link for a person; their password, sessions and older links end',
        params,
        response: { 201: linkSchema, 404: problemSchema, 409: problemSchema },
      },
    },
    async (request, reply) => sendLink(reply, request.params.id, actorOf(request)),
  );

  addChange(server, database);
}

function addChange(server: TypedServer, database: Database): void {
  server.patch(
    '/api/v1/people/:id',
    {
      config: { role: 'admin' },
      schema: {
        summary: 'Change the role of a person, or disable them: that ends their sessions at once',
        params,
        body: personChangeSchema,
        response: { 200: personSchema, 404: problemSchema, 409: problemSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const done = await changePerson(database, id, request.body, actorOf(request));
      const person = await personById(database, id);
      if (done === 'unknown-person' || person === null) return reply.code(404).send(notFound('this person'));
      if (done === 'last-admin') return reply.code(409).send(lastAdmin);
      return person;
    },
  );
}
