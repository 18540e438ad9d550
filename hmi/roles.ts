import { roles, type Role as KnownRole } from '#store/people/roles.ts';

/** What a person may do; each role may do all that those before it may. */
export type Role = KnownRole;

/** Every role, the least first. */
export const rolesByRank: readonly Role[] = roles;

/** True where `role` may do what `least` may. */
export function mayAct(role: Role, least: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(least);
}
