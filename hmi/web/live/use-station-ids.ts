import { useQuery } from '@tanstack/react-query';
import { api } from '#hmi/web/api.ts';

/** The stations that have reported a part; empty until the server has said. */
export function useStationIds(): readonly string[] {
  const { data } = useQuery({ queryKey: ['overview'], queryFn: ({ signal }) => api.overview(signal) });
  return data?.stations.map(({ stationId }) => stationId) ?? [];
}
