import { useState } from 'react';
import type { ReviewPage as Waiting } from '#hmi/server/api.schema.ts';
import { DoneNote } from '#hmi/web/review/done-note.tsx';
import { ReviewPart } from '#hmi/web/review/review-part.tsx';
import { useDispose, useReview, type Decision } from '#hmi/web/review/use-review.ts';
import { troubleOf } from '#hmi/web/texts/way-out-text.ts';
import { t } from '#hmi/web/texts/texts.ts';
import '#hmi/web/styles/review.css';

/** One part after another that waits for a person. */
export function ReviewPage() {
  const queue = useReview();
  const [done, setDone] = useState<Decision | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  // Decided here: gone from the screen at once, so that nobody waits for the network. What is refused comes back.
  const [gone, setGone] = useState<readonly string[]>([]);
  const [inHand, setInHand] = useState<string | null>(null);
  const comeBack = (inspectionId: string): void => {
    setGone((before) => before.filter((id) => id !== inspectionId));
    setDone(null);
  };
  const refuse = (error: Error, { shownSerial }: Decision): void =>
    setRefusal(t('review.notSaved', { serial: shownSerial, ...troubleOf(error) }));
  const dispose = useDispose((error, decision) => {
    refuse(error, decision);
    comeBack(decision.inspectionId);
  });
  const waiting = queue.data?.parts.filter(({ card }) => !gone.includes(card.inspectionId)) ?? [];
  // What came meanwhile does not take the place of the part that a person is looking at.
  const part = waiting.find(({ card }) => card.inspectionId === inHand) ?? waiting[0];
  if (part && part.card.inspectionId !== inHand) setInHand(part.card.inspectionId);
  const decide = (decision: Decision): void => {
    setRefusal(null);
    setGone((before) => [...before, decision.inspectionId]);
    setDone(decision);
    dispose.mutate(decision);
  };
  const takenBack = (inspectionId: string): void => {
    setRefusal(null);
    comeBack(inspectionId);
    setInHand(inspectionId);
  };
  return (
    <div className="review">
      <header className="review-head">
        <h1>{t('review.question')}</h1>
        <span className="soft">{t('review.waiting', { count: totalOf(queue.data?.waiting) })}</span>
        <DoneNote done={done} onUndone={takenBack} onRefused={refuse} />
      </header>
      {refusal && (
        <p className="review-fault" role="alert">
          {refusal}
        </p>
      )}
      {part && <ReviewPart key={part.card.inspectionId} card={part.card} onDecide={decide} />}
      {!part && (
        <p className="nothing">
          {queue.error ? t('review.failed', troubleOf(queue.error)) : t('review.empty')}{' '}
          <span className="soft">{t('review.emptyHint')}</span>
        </p>
      )}
    </div>
  );
}

function totalOf(waiting: Waiting['waiting'] | undefined): number {
  return waiting ? waiting.undecided + waiting.disputed + waiting.audit + waiting.fail : 0;
}
