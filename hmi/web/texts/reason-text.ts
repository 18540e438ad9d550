import type { CardReason, InspectionCard, Mark } from '#hmi/server/api.schema.ts';
import { lockText } from '#hmi/web/texts/lock-text.ts';
import { percent, percentDown, plainNumber } from '#hmi/web/texts/numbers.ts';
import { t, tOr } from '#hmi/web/texts/texts.ts';

/** Name of a defect label as the page shows it; labels of a plant's own are shown as they are. */
export function labelText(label: string): string {
  return tOr(`label.${label}`, label);
}

/** What a mark says: its label, and how sure its stage was where it said so. */
export function markText({ label, score }: Pick<Mark, 'label' | 'score'>): string {
  return score === null ? labelText(label) : `${labelText(label)} ${percentDown(score)}`;
}

/** Why there was no review, as words. */
export function unavailableText(reason: string): string {
  return tOr(`unavailable.${reason}`, reason);
}

/** A reason of a verdict in plain words. A code that this page does not know is shown as it is. */
export function reasonText(reason: CardReason, card: Pick<InspectionCard, 'views'>): string {
  const { code, subject, detail } = reason;
  const known = labelOfSubject(reason, card);
  return tOr(`reason.${code}`, [code, detail].filter(Boolean).join(': '), {
    label: labelText(detail || known),
    defect: labelText(known),
    detail: code === 'station-locked' ? lockText(detail, detail) : detail,
    place: subject.startsWith('view:') ? t('station.view', { view: subject.slice('view:'.length) }) : t('station.part'),
    doubt: tOr(`doubt.${detail}`, detail),
    unavailable: unavailableText(detail),
  });
}

function labelOfSubject({ subject }: CardReason, { views }: Pick<InspectionCard, 'views'>): string {
  const marks = views.flatMap((view) => view.marks);
  return marks.find((mark) => mark.id === subject && mark.stage !== 'reviewer')?.label ?? subject;
}

type Form = readonly [key: string, format: (value: number) => string];

const score: Form = ['score', percentDown];
const forms: Readonly<Record<string, Form>> = {
  'defect-certain': score,
  'defect-doubtful': score,
  'defect-raised': score,
  'defect-lowered': score,
  'lower-not-allowed': score,
  'candidate-held': ['scoreHeld', percentDown],
  'difference-held': ['differingPx', (value) => plainNumber(value)],
  'candidate-confirmed': ['scoreAlone', percentDown],
  'candidate-cleared': ['scoreAlone', percentDown],
  'label-unknown': ['scoreAlone', percentDown],
  'iou-below-limit': ['overlap', percent],
  'area-out-of-range': ['areaRatio', (value) => plainNumber(value)],
  'region-none': ['regions', (value) => plainNumber(value)],
  'region-merged': ['regions', (value) => plainNumber(value)],
  'region-incomplete': ['leftOver', percent],
  'registration-uncertain': ['residual', percent],
  'frame-invalid': ['size', (value) => plainNumber(value)],
  'view-twice': ['frames', (value) => plainNumber(value)],
  'area-off': ['areaOffMm2', (value) => plainNumber(value, 4)],
  'length-over-limit': ['lengthMm', (value) => plainNumber(value, 3)],
  'area-over-limit': ['areaMm2', (value) => plainNumber(value, 4)],
  'count-over-limit': ['count', (value) => plainNumber(value)],
  'lower-not-independent': ['support', (value) => plainNumber(value)],
};

/** The measured value beside its limit, in words; empty where nothing was measured. */
export function measuredText({ code, value, limit }: CardReason): string {
  if (value === null) return '';
  const [key, format] = formOf(code, limit);
  if (limit === null)
    return key.startsWith('score') ? t('measured.scoreAlone', { value: format(value) }) : format(value);
  return t(`measured.${key}`, { value: format(value), limit: format(limit) });
}

function formOf(code: string, limit: number | null): Form {
  // Boxes of a few pixels are compared by their edges instead of by their overlap: such limits are whole pixels.
  if (code === 'iou-below-limit' && limit !== null && limit > 1) return ['edges', (value) => plainNumber(value)];
  return forms[code] ?? ['plain', (value) => plainNumber(value)];
}
