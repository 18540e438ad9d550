import type { Session } from '#hmi/server/people.schema.ts';
import { ask, tell } from '#hmi/web/api.ts';

const session = '/api/v1/session';

/** Who is signed in here, and how they come and go. */
export const accountApi = {
  session: (signal?: AbortSignal) => ask<Session>(session, signal),
  signIn: (name: string, password: string) => tell<Session>(session, { name, password }),
  openLink: (token: string) => tell<Session>(`${session}/link`, { token }),
  signOut: () => tell<Session>(session, undefined, 'DELETE'),
  changePassword: (current: string | null, next: string) =>
    tell<Session>(`${session}/password`, { current, next }, 'PUT'),
} as const;
