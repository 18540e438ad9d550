import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { InspectionCard, NewDispositionRequest } from '#hmi/server/api.schema.ts';
import { api, evidenceUrl } from '#hmi/web/api.ts';
import { newUuid } from '#hmi/web/new-uuid.ts';

// The part shown and those after it: their pictures are there before they are asked for.
const claimedAtOnce = 3;
const askAgainMs = 10_000;

/** A name for this browser window: two windows of one person do not get the same part. */
function screenName(): string {
  const kept = sessionStorage.getItem('hairline-screen');
  if (kept !== null) return kept;
  const made = newUuid();
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
  const parts = queue.data?.parts;
  useEffect(() => {
    for (const { card } of parts?.slice(1) ?? []) loadPictures(card);
  }, [parts]);
  return queue;
}

function loadPictures({ views, stationId }: InspectionCard): void {
  for (const { frameSha256, goldenSha256 } of views) {
    for (const sha256 of [frameSha256, goldenSha256]) {
      if (sha256 !== null) new Image().src = evidenceUrl(sha256, stationId);
    }
  }
}

/** What a person said of the part before the machine's word was shown. */
export type Judgement = NonNullable<NewDispositionRequest['verified']>;

export interface Decision {
  readonly inspectionId: string;
  /** As the page shows it, whether or not it was scanned. */
  readonly shownSerial: string;
  readonly given: NewDispositionRequest;
}

/** Appends what a person decided, and asks for the next parts once it is saved. Decisions may follow each other fast: each
 * is sent once the one before it is answered, so that a decision and its undoing arrive in this order. */
export function useDispose(onRefused: (error: Error, decision: Decision) => void) {
  const queries = useQueryClient();
  return useMutation({
    scope: { id: 'dispositions' },
    mutationFn: ({ inspectionId, given }: Decision) => api.dispose(inspectionId, given),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['review'] }),
    onError: (error, decision) => onRefused(error, decision),
  });
}
