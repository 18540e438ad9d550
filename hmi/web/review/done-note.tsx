import { newUuid } from '#hmi/web/new-uuid.ts';
import { useKeys } from '#hmi/web/review/use-keys.ts';
import { useDispose, type Decision } from '#hmi/web/review/use-review.ts';
import { t } from '#hmi/web/texts/texts.ts';

interface DoneNoteProps {
  readonly done: Decision | null;
  readonly onUndone: (inspectionId: string) => void;
  readonly onRefused: (error: Error, decision: Decision) => void;
}

/** Says what was decided last, and takes it back by a further entry: what was recorded stays. */
export function DoneNote({ done, onUndone, onRefused }: DoneNoteProps) {
  const undo = useDispose(onRefused);
  const takeBack = (): void => {
    if (done === null || undo.isPending) return;
    const given = {
      dispositionId: newUuid(),
      disposition: 'hold',
      reason: 'undone',
      verified: null,
      serial: null,
    } as const;
    undo.mutate({ ...done, given }, { onSuccess: () => onUndone(done.inspectionId) });
  };
  useKeys({ u: takeBack });
  if (done === null) return null;
  const disposition = t(`disposition.${done.given.disposition}`);
  return (
    <div className="review-done" role="status">
      <span>{t('review.done', { serial: done.shownSerial, disposition })}</span>
      <button onClick={takeBack} disabled={undo.isPending}>
        {t('review.undo')} <kbd>U</kbd>
      </button>
    </div>
  );
}
