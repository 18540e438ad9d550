import { useState } from 'react';
import { dispositionReasons } from '#hmi/disposition-reasons.ts';
import type { DispositionName, InspectionCard } from '#hmi/server/api.schema.ts';
import { newUuid } from '#hmi/web/review/new-uuid.ts';
import type { Judgement } from '#hmi/web/review/review-part.tsx';
import { useKeys } from '#hmi/web/review/use-keys.ts';
import type { Decision } from '#hmi/web/review/use-review.ts';
import { t } from '#hmi/web/texts/texts.ts';

const dispositions = ['accept', 'rework', 'scrap', 'hold'] as const;

// What only an undo says is not offered.
const reasonsFor = (disposition: DispositionName): readonly string[] =>
  dispositionReasons[disposition].filter((reason) => reason !== 'undone');

interface DecideFormProps {
  readonly card: InspectionCard;
  readonly judgement: Judgement;
  readonly onDecide: (decision: Decision) => void;
}

/** What happens to the part, why, and for an accept the serial of the part in the hand. */
export function DecideForm({ card, judgement, onDecide }: DecideFormProps) {
  const [disposition, setDisposition] = useState<DispositionName | null>(null);
  const [reason, setReason] = useState('');
  const [serial, setSerial] = useState('');
  const choose = (chosen: DispositionName): void => {
    setDisposition(chosen);
    setReason(reasonsFor(chosen)[0] ?? '');
  };
  const confirm = (): void => {
    if (disposition === null) return;
    const dispositionId = newUuid();
    const given = disposition === 'accept' ? serial : null;
    onDecide({
      inspectionId: card.inspectionId,
      dispositionId,
      disposition,
      verified: judgement,
      reason,
      serial: given,
    });
  };
  const keys = Object.fromEntries(dispositions.map((name, index) => [String(index + 1), () => choose(name)]));
  useKeys({ ...keys, enter: confirm });
  return (
    <form
      className="decide"
      onSubmit={(event) => {
        event.preventDefault();
        confirm();
      }}
    >
      <h2 className="away">{t('review.whatNow')}</h2>
      <div className="decide-buttons">
        {dispositions.map((name, index) => (
          <button key={name} type="button" aria-pressed={name === disposition} onClick={() => choose(name)}>
            {t(`disposition.${name}`)} <kbd>{index + 1}</kbd>
          </button>
        ))}
      </div>
      {disposition !== null && (
        <>
          <Reasons disposition={disposition} reason={reason} onReason={setReason} />
          {disposition === 'accept' && <Serial serial={serial} onSerial={setSerial} />}
          <button
            key={disposition}
            ref={disposition === 'accept' ? null : focusOnce}
            className="decide-confirm"
            disabled={disposition === 'accept' && serial.trim() === ''}
          >
            {t('review.confirm')} <kbd>⏎</kbd>
          </button>
        </>
      )}
    </form>
  );
}

interface ReasonsProps {
  readonly disposition: DispositionName;
  readonly reason: string;
  readonly onReason: (reason: string) => void;
}

function Reasons({ disposition, reason, onReason }: ReasonsProps) {
  return (
    <fieldset>
      <legend>{t('review.why')}</legend>
      {reasonsFor(disposition).map((code) => (
        <label key={code} className="decide-reason">
          <input type="radio" name="reason" checked={code === reason} onChange={() => onReason(code)} />
          {t(`dispositionReason.${code}`)}
        </label>
      ))}
    </fieldset>
  );
}

function Serial({ serial, onSerial }: { readonly serial: string; readonly onSerial: (serial: string) => void }) {
  return (
    <label className="decide-serial">
      {t('review.serial')}
      <input
        type="text"
        value={serial}
        onChange={({ target }) => onSerial(target.value)}
        autoComplete="off"
        spellCheck={false}
        ref={focusOnce}
      />
    </label>
  );
}

/** The scanner types where the cursor is, and the Enter key confirms what has the focus. */
function focusOnce(element: HTMLElement | null): void {
  element?.focus();
}
