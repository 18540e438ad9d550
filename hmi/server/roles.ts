import type { TypedServer } from '#hmi/server/typed-server.ts';
import { problem } from '#hmi/server/problem.ts';

/** Who may use a route; each role may do all that those before it may. */
export const roles = ['viewer', 'operator', 'quality', 'engineer', 'admin'] as const;

export type Role = (typeof roles)[number];

/** Who asks: the name stands in the audit. */
export interface Person {
  readonly name: string;
  readonly role: Role;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Least role that may use the route. */
    role?: Role;
  }
  interface FastifyRequest {
    /** null until the guard has let the request in. */
    person: Person | null;
  }
}

/** True where `role` may do what `least` may. */
export function mayAct(role: Role, least: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(least);
}

/** No route without a declared role: a route that forgot its role stops the start. The viewer of the API only reads. */
export function addRoles(server: TypedServer): void {
  server.decorateRequest('person', null);
  server.addHook('onRoute', (route) => {
    const config = { ...route.config };
    if (config.role === undefined && route.url.startsWith('/api/docs')) config.role = 'viewer';
    if (config.role === undefined) throw new Error(`the route ${String(route.method)} ${route.url} declares no role`);
    Object.assign(route, { config });
  });
  server.addHook('preHandler', async (request, reply) => {
    const least = request.routeOptions.config.role ?? 'viewer';
    if (request.person !== null && mayAct(request.person.role, least)) return undefined;
    reply.code(403);
    return reply.send(problem('ROLE_REQUIRED', `this needs the role ${least}`, 'Ask an admin for the role.'));
  });
}

/** Name for the audit. Only for routes behind the guard. */
export function nameOf(request: { readonly person: Person | null }): string {
  return request.person?.name ?? 'unknown';
}
