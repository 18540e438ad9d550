import { newUuid } from '#hmi/web/review/new-uuid.ts';
import type { Done } from '#hmi/web/review/review-page.tsx';
import { useKeys } from '#hmi/web/review/use-keys.ts';
import { useDispose } from '#hmi/web/review/use-review.ts';
import { t } from '#hmi/web/texts/texts.ts';

/** Says what was decided last, and takes it back by a further entry: what was recorded stays. */
export function DoneNote({
  done,
  onUndone,
}: {
  readonly done: Done | null;
  readonly onUndone: (inspectionId: string) => void;
}) {
  const undo = useDispose();
  const takeBack = (): void => {
    if (done === null || undo.isPending) return;
    const { inspectionId } = done;
    const entry = { disposition: 'hold', reason: 'undone', verified: null, serial: null } as const;
    undo.mutate({ ...entry, inspectionId, dispositionId: newUuid() }, { onSuccess: () => onUndone(inspectionId) });
  };
  useKeys({ u: takeBack });
  if (done === null) return null;
  const disposition = t(`disposition.${done.disposition}`);
  return (
    <div className="review-done" role="status">
      <span>{t('review.done', { serial: done.shownSerial, disposition })}</span>
      <button onClick={takeBack} disabled={undo.isPending}>
        {t('review.undo')} <kbd>U</kbd>
      </button>
    </div>
  );
}
