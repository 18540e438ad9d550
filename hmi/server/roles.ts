/** Who may use a route; each role may do all that those before it may. */
export const roles = ['viewer', 'operator', 'quality', 'engineer', 'admin'] as const;

export type Role = (typeof roles)[number];

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Least role that may use the route. */
    role?: Role;
  }
}
