import { useState } from 'react';
import type { ReviewPage as Waiting } from '#hmi/server/api.schema.ts';
import { ApiError } from '#hmi/web/api.ts';
import { DoneNote, type Done } from '#hmi/web/review/done-note.tsx';
import { ReviewPart } from '#hmi/web/review/review-part.tsx';
import { useDispose, useReview, type Decision } from '#hmi/web/review/use-review.ts';
import { wayOutText } from '#hmi/web/texts/way-out-text.ts';
import { t } from '#hmi/web/texts/texts.ts';
import '#hmi/web/styles/review.css';

/** One part after another that waits for a person. */
export function ReviewPage() {
  const queue = useReview();
  const [done, setDone] = useState<Done | null>(null);
  const [refusal, setRefusal] = useState<Error | null>(null);
  // Decided here: gone from the screen at once, so that nobody waits for the network. What is refused comes back.
  const [gone, setGone] = useState<readonly string[]>([]);
  const comeBack = (inspectionId: string): void => {
    setGone((before) => before.filter((id) => id !== inspectionId));
    setDone(null);
  };
  const dispose = useDispose((error, { inspectionId }) => {
    setRefusal(error);
    comeBack(inspectionId);
  });
  const part = queue.data?.parts.find(({ card }) => !gone.includes(card.inspectionId));
  const decide = (decision: Decision): void => {
    setRefusal(null);
    setGone((before) => [...before, decision.inspectionId]);
    setDone({ ...decision, shownSerial: part?.card.serial ?? '' });
    dispose.mutate(decision);
  };
  return (
    <div className="review">
      <header className="review-head">
        <h1>{t('review.question')}</h1>
        <span className="soft">{t('review.waiting', { count: totalOf(queue.data?.waiting) })}</span>
        <DoneNote done={done} onUndone={comeBack} />
      </header>
      {refusal && (
        <p className="review-fault" role="alert">
          {wordsFor(refusal)}
        </p>
      )}
      {part && <ReviewPart key={part.card.inspectionId} card={part.card} onDecide={decide} />}
      {!part && (
        <p className="nothing">
          {queue.error ? t('review.failed', { message: queue.error.message }) : t('review.empty')}{' '}
          <span className="soft">{t('review.emptyHint')}</span>
        </p>
      )}
    </div>
  );
}

function totalOf(waiting: Waiting['waiting'] | undefined): number {
  return waiting ? waiting.undecided + waiting.disputed + waiting.audit + waiting.fail : 0;
}

function wordsFor(error: Error): string {
  if (error instanceof ApiError && error.problem.code === 'SERIAL_MISMATCH') return t('review.serialWrong');
  return t('review.notSaved', { message: error.message, wayOut: wayOutText(error) });
}
