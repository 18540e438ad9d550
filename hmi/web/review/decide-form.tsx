import { useState } from 'react';
import { dispositionReasons } from '#hmi/disposition-reasons.ts';
import type { DispositionName, InspectionCard } from '#hmi/server/api.schema.ts';
import { newUuid } from '#hmi/web/new-uuid.ts';
import { useKeys } from '#hmi/web/review/use-keys.ts';
import type { Decision, Judgement } from '#hmi/web/review/use-review.ts';
import { t } from '#hmi/web/texts/texts.ts';

const dispositions = ['accept', 'rework', 'scrap', 'hold'] as const;

/** What speaks against what the person has just seen. */
const contradicts: Readonly<Record<Judgement, string>> = { defect: 'no-defect', 'false-call': 'defect' };

/** Reasons that are offered: not what only an undo says, and none that contradicts the judgement. */
const reasonsFor = (disposition: DispositionName, judgement: Judgement): readonly string[] =>
  dispositionReasons[disposition].filter((reason) => reason !== 'undone' && reason !== contradicts[judgement]);

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
  const [wrong, setWrong] = useState(false);
  const choose = (chosen: DispositionName): void => {
    setDisposition(chosen);
    setReason(reasonsFor(chosen, judgement)[0] ?? '');
  };
  const confirm = (): void => {
    if (disposition === null) return;
    // The server looks again. Here what was judged stays, and the next scan takes the place of the wrong one.
    if (disposition === 'accept' && serial.trim() !== card.serial) {
      setWrong(serial.trim() !== '');
      return setSerial('');
    }
    const scanned = disposition === 'accept' ? serial : null;
    const given = { dispositionId: newUuid(), disposition, verified: judgement, reason, serial: scanned };
    onDecide({ inspectionId: card.inspectionId, shownSerial: card.serial, given });
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
      <Choices chosen={disposition} onChoose={choose} />
      {disposition !== null && (
        <>
          <Reasons reasons={reasonsFor(disposition, judgement)} reason={reason} onReason={setReason} />
          {disposition === 'accept' && <Serial serial={serial} onSerial={setSerial} />}
          {disposition === 'accept' && wrong && <WrongSerial />}
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

interface ChoicesProps {
  readonly chosen: DispositionName | null;
  readonly onChoose: (disposition: DispositionName) => void;
}

function Choices({ chosen, onChoose }: ChoicesProps) {
  return (
    <div className="decide-buttons">
      {dispositions.map((name, index) => (
        <button key={name} type="button" aria-pressed={name === chosen} onClick={() => onChoose(name)}>
          {t(`disposition.${name}`)} <kbd>{index + 1}</kbd>
        </button>
      ))}
    </div>
  );
}

function WrongSerial() {
  return (
    <p className="review-fault" role="alert">
      {t('review.serialWrong')}
    </p>
  );
}

interface ReasonsProps {
  readonly reasons: readonly string[];
  readonly reason: string;
  readonly onReason: (reason: string) => void;
}

function Reasons({ reasons, reason, onReason }: ReasonsProps) {
  return (
    <fieldset>
      <legend>{t('review.why')}</legend>
      {reasons.map((code) => (
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
