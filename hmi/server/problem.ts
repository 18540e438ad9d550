import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { FaultError } from '#host/fault.ts';
import type { Log } from '#host/log.ts';
import type { Problem } from '#hmi/server/api.schema.ts';
import { isConnectionError } from '#store/connection-error.ts';
import type { CheckedDraft } from '#store/recipes/check-draft.ts';

/** Body of every answer that is not what was asked for. */
export function problem(code: string, message: string, wayOut: string): Problem {
  return { error: { code, message, wayOut } };
}

export const notFound = (what: string): Problem =>
  problem('NOT_FOUND', `${what} is not known here`, 'Check the address; /api/docs lists what there is.');

export const exportTooLong = problem(
  'EXPORT_TOO_LONG',
  'these are more than 10,000 inspections',
  'Narrow the time with from and to, and export it piece by piece.',
);

/** A draft that the rules refuse, with the place of each fault. */
export function recipeInvalid(faults: CheckedDraft['faults']): Problem {
  const lines = faults.map(({ line, column, message }) => `${line}:${column} ${message}`);
  return problem('RECIPE_INVALID', lines.join('; '), 'Correct the draft; docs/recipes.md says what each key takes.');
}

/** Answers an error thrown by a route: bad input 4xx, an absent database 503, all else 500 and in the log; a fault says its way out. */
export function answerError(log: Log) {
  return async (error: FastifyError, request: FastifyRequest, reply: FastifyReply): Promise<Problem> => {
    if (hasZodFastifySchemaValidationErrors(error)) {
      const faults = error.validation.map((fault) => `${fault.instancePath.slice(1) || 'request'}: ${fault.message}`);
      reply.code(400);
      return problem('REQUEST_INVALID', faults.join('; '), 'Correct the request; /api/docs describes it.');
    }
    if (isConnectionError(error)) {
      reply.code(503);
      return problem(
        'DATABASE_UNREACHABLE',
        `the database does not answer: ${error.message || error.code}`,
        'Check that it runs and that HAIRLINE_DATABASE_URL names it. The dashboard goes on by itself then.',
      );
    }
    if (error instanceof FaultError) {
      log.error({ err: error, route: request.routeOptions.url }, 'request failed');
      reply.code(500);
      return problem(error.code, `${error.message} (${error.place})`, error.wayOut);
    }
    const status = error.statusCode ?? 500;
    if (status < 500) {
      reply.code(status);
      return problem('REQUEST_REFUSED', error.message, 'Correct the request; /api/docs describes it.');
    }
    log.error({ err: error, route: request.routeOptions.url }, 'request failed');
    reply.code(500);
    return problem('INTERNAL', 'the dashboard met an unexpected error', 'Its log tells more.');
  };
}
