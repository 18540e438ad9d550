import type { FastifyRequest } from 'fastify';
import type { TypedServer } from '#hmi/server/typed-server.ts';
import type { Actor } from '#store/people/append-audit.ts';
import { mayAct, type Role } from '#hmi/roles.ts';

/** Least role that may use a route; `everyone`: also who is not let in, as the page to sign in on. */
export type LeastRole = Role | 'everyone';

/** Who asks. */
export interface Person {
  readonly name: string;
  readonly role: Role;
  /** null: nobody with an account. */
  readonly personId: string | null;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Least role that may use the route. */
    role?: LeastRole;
  }
  interface FastifyRequest {
    /** null for who is not let in. */
    person: Person | null;
  }
  interface FastifyInstance {
    /** Least role of every route, by `METHOD /path`. */
    leastRoles: ReadonlyMap<string, LeastRole>;
  }
}

/** No route without a declared role: a route that forgot its role stops the start. The viewer of the API only reads. */
export function addRoles(server: TypedServer): void {
  const leastRoles = new Map<string, LeastRole>();
  server.decorate('leastRoles', leastRoles);
  server.decorateRequest('person', null);
  server.addHook('onRoute', (route) => {
    const config = { ...route.config };
    if (config.role === undefined && route.url.startsWith('/api/docs')) config.role = 'viewer';
    if (config.role === undefined) throw new Error(`the route ${String(route.method)} ${route.url} declares no role`);
    Object.assign(route, { config });
    for (const method of [route.method].flat()) leastRoles.set(`${method} ${route.url}`, config.role);
  });
}

/** Least role of the route that a request has met. What is no route is the page itself, or not found. */
export function leastRoleOf(request: FastifyRequest): LeastRole {
  return request.routeOptions.config.role ?? 'everyone';
}

/** True where `person` may use what wants `least`. */
export function mayUse(person: Person | null, least: LeastRole): boolean {
  return least === 'everyone' || (person !== null && mayAct(person.role, least));
}

/** Who asks and from where, for the audit. Only for routes behind the guard. */
export function actorOf(request: FastifyRequest): Actor {
  const { name, personId } = request.person ?? { name: 'anonymous', personId: null };
  return { name, personId, address: request.ip };
}
