import { useQuery } from '@tanstack/react-query';
import type { ApprovalDraft, Equipment } from '#hmi/server/equipment.schema.ts';
import { ask, tell } from '#hmi/web/api.ts';

const askAgainMs = 10_000;

/** What stations work with. */
export function useEquipment() {
  return useQuery({
    queryKey: ['equipment'],
    queryFn: ({ signal }) => ask<Equipment>('/api/v1/equipment', signal),
    refetchInterval: askAgainMs,
  });
}

/** A draft of a running recipe with an approval in it. */
export function draftApproval(wish: ApprovalDraft): Promise<{ readonly text: string }> {
  return tell<{ readonly text: string }>('/api/v1/recipes/approval', wish);
}
