import { useQuery } from '@tanstack/react-query';
import type { Component, Health } from '#hmi/server/api.schema.ts';
import { api } from '#hmi/web/api.ts';

const everyMs = 3000;

/** Health of every component, asked again and again while the page is open; null while the server does not answer, undefined before it did. */
export function useHealth(): Health | null | undefined {
  const { data, isError, failureCount } = useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => api.health(signal),
    refetchInterval: everyMs,
  });
  return isError || failureCount > 0 ? null : data;
}

/** True where a person has to do something. */
export function isTrouble({ state }: Component): boolean {
  return state === 'down' || state === 'degraded';
}
