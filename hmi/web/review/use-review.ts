import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { InspectionCard, NewDispositionRequest } from '#hmi/server/api.schema.ts';
import { api, evidenceUrl } from '#hmi/web/api.ts';

// The part shown and the one after it: its pictures are there before it is asked for.
const claimedAtOnce = 2;
const askAgainMs = 10_000;

/** A name for this browser window: two windows of one person do not get the same part. */
function screenName(): string {
  const kept = sessionStorage.getItem('hairline-screen');
  if (kept !== null) return kept;
  const made = crypto.randomUUID();
  sessionStorage.setItem('hairline-screen', made);
  return made;
}

/** The parts claimed for this screen, renewed while it is open, with the pictures of the next one loaded already. */
export function useReview() {
  const queue = useQuery({
    queryKey: ['review'],
    queryFn: () => api.claimReviews(screenName(), claimedAtOnce),
    refetchInterval: askAgainMs,
  });
  const next = queue.data?.parts[1]?.card;
  useEffect(() => {
    if (next) loadPictures(next);
  }, [next]);
  return queue;
}

function loadPictures({ views, stationId }: InspectionCard): void {
  for (const { frameSha256, goldenSha256 } of views) {
    for (const sha256 of [frameSha256, goldenSha256]) {
      if (sha256 !== null) new Image().src = evidenceUrl(sha256, stationId);
    }
  }
}

export interface Decision extends NewDispositionRequest {
  readonly inspectionId: string;
}

/** Appends what a person decided; the queue goes on once it is saved. */
export function useDispose() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ inspectionId, ...disposition }: Decision) => api.dispose(inspectionId, disposition),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['review'] }),
  });
}
