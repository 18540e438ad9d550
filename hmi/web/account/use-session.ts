import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Session } from '#hmi/server/people.schema.ts';
import { accountApi } from '#hmi/web/account/account-api.ts';
import { mayAct, type Role } from '#hmi/roles.ts';

const sessionKey = ['session'];
// A session that ended elsewhere shows here within so long; the server refuses at once.
const askAgainMs = 60_000;

/** Who is signed in here; undefined until the server has said. */
export function useSession(): Session | undefined {
  const { data } = useQuery({
    queryKey: sessionKey,
    queryFn: ({ signal }) => accountApi.session(signal),
    refetchInterval: askAgainMs,
  });
  return data;
}

/** True where who sits here may do what wants `least`; undefined until that is known. */
export function useMayUse(least: Role): boolean | undefined {
  const session = useSession();
  if (session === undefined) return undefined;
  return session.role !== null && mayAct(session.role, least);
}

/** Does something after which another may be signed in: what was loaded for the one before is forgotten. */
export function useSessionChange<Given>(change: (given: Given) => Promise<Session>, onDone?: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (session) => {
      queries.setQueryData(sessionKey, session);
      void queries.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
      onDone?.();
    },
  });
}
