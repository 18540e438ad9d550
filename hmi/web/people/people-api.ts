import type { AuditPage, NewPersonLink, People, PersonCard } from '#hmi/server/people.schema.ts';
import type { Role } from '#hmi/roles.ts';
import { ask, tell } from '#hmi/web/api.ts';

const people = '/api/v1/people';

/** What an admin asks and tells the server about people. */
export const peopleApi = {
  list: (signal?: AbortSignal) => ask<People>(people, signal),
  add: (given: { readonly name: string; readonly role: Role }) => tell<NewPersonLink>(people, given),
  change: (id: string, change: { readonly role?: Role; readonly disabled?: boolean }) =>
    tell<PersonCard>(`${people}/${id}`, change, 'PATCH'),
  link: (id: string) => tell<NewPersonLink>(`${people}/${id}/link`, {}),
  audit: (before: number | null, signal?: AbortSignal) =>
    ask<AuditPage>(`/api/v1/audit?limit=50${before === null ? '' : `&before=${before}`}`, signal),
} as const;
