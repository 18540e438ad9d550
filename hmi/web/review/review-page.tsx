import { useState } from 'react';
import { ApiError } from '#hmi/web/api.ts';
import { DoneNote } from '#hmi/web/review/done-note.tsx';
import { ReviewPart } from '#hmi/web/review/review-part.tsx';
import { useDispose, useReview, type Decision } from '#hmi/web/review/use-review.ts';
import { t } from '#hmi/web/texts/texts.ts';
import '#hmi/web/styles/review.css';

/** What was decided last, so that it can be taken back. */
export interface Done extends Decision {
  readonly shownSerial: string;
}

/** One part after another that waits for a person. */
export function ReviewPage() {
  const queue = useReview();
  const dispose = useDispose();
  const [done, setDone] = useState<Done | null>(null);
  const part = queue.data?.parts.find(
    ({ card }) => card.inspectionId !== dispose.variables?.inspectionId || !dispose.isPending,
  );
  const waiting = queue.data?.waiting;
  const total = waiting ? waiting.undecided + waiting.disputed + waiting.audit + waiting.fail : 0;
  const decide = (decision: Decision): void =>
    dispose.mutate(decision, { onSuccess: () => setDone({ ...decision, shownSerial: part?.card.serial ?? '' }) });
  return (
    <div className="review">
      <header className="review-head">
        <h1>{t('review.question')}</h1>
        <span className="soft">{t('review.waiting', { count: total })}</span>
        <DoneNote done={done} onUndone={() => setDone(null)} />
      </header>
      {dispose.error && (
        <p className="review-fault" role="alert">
          {wordsFor(dispose.error)}
        </p>
      )}
      {part && <ReviewPart key={part.card.inspectionId} card={part.card} busy={dispose.isPending} onDecide={decide} />}
      {!part && (
        <p className="nothing">
          {queue.error ? t('review.failed', { message: queue.error.message }) : t('review.empty')}
        </p>
      )}
      {!part && <p className="soft">{t('review.emptyHint')}</p>}
    </div>
  );
}

function wordsFor(error: Error): string {
  if (error instanceof ApiError && error.problem.code === 'SERIAL_MISMATCH') return t('review.serialWrong');
  const wayOut = error instanceof ApiError ? error.problem.wayOut : t('connection.neverHeard');
  return t('review.notSaved', { message: error.message, wayOut });
}
