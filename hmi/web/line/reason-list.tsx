import { Link } from 'wouter';
import type { CardReason, CardView, InspectionCard, Mark } from '#hmi/server/api.schema.ts';
import { CloseUp } from '#hmi/web/picture/close-up.tsx';
import { labelText, measuredText, reasonText, unavailableText } from '#hmi/web/texts/reason-text.ts';
import { t } from '#hmi/web/texts/texts.ts';
import '#hmi/web/styles/reasons.css';

interface ReasonListProps {
  readonly card: InspectionCard;
  /** The rest is on the part's page. */
  readonly atMost: number;
}

/** Why the verdict is as it is, each with what was measured, a close-up, and what the reviewer says of it. */
export function ReasonList({ card, atMost }: ReasonListProps) {
  if (card.reasons.length === 0) return <p className="no-reasons">{t('station.noReasons')}</p>;
  const subjects = [...Map.groupBy(card.reasons, ({ subject }) => subject)];
  const hidden = subjects.length - atMost;
  return (
    <div>
      <ul className="reasons" aria-label={t('station.reasons')}>
        {subjects.slice(0, atMost).map(([subject, reasons]) => (
          <Subject key={subject} subject={subject} reasons={reasons} card={card} />
        ))}
      </ul>
      {hidden > 0 && (
        <Link className="more button" href={`/parts/${card.inspectionId}`}>
          {t('station.moreReasons', { count: hidden })}
        </Link>
      )}
    </div>
  );
}

interface SubjectProps {
  readonly subject: string;
  readonly reasons: readonly CardReason[];
  readonly card: InspectionCard;
}

/** One detection, view or part with all that speaks against it; the first reason is the one that counts. */
function Subject({ subject, reasons, card }: SubjectProps) {
  const view = card.views.find(({ marks }) => marks.some(({ id }) => id === subject));
  const mark = view?.marks.find(({ id, stage }) => id === subject && stage !== 'reviewer');
  const saysUnavailable = reasons.some(({ code }) => code === 'review-unavailable');
  return (
    <li className="reason">
      {view && mark && <CloseUps view={view} mark={mark} stationId={card.stationId} />}
      <div className="reason-words">
        {reasons.map((reason, index) => (
          <ReasonWords key={`${reason.code}-${reason.detail}`} reason={reason} card={card} first={index === 0} />
        ))}
        {view && card.views.length > 1 && <span className="soft">{t('station.view', { view: view.viewId })}</span>}
        {!saysUnavailable && <Opinion card={card} subject={subject} />}
      </div>
    </li>
  );
}

interface ReasonWordsProps {
  readonly reason: CardReason;
  readonly card: InspectionCard;
  readonly first: boolean;
}

function ReasonWords({ reason, card, first }: ReasonWordsProps) {
  const measured = measuredText(reason);
  return (
    <>
      {first ? <strong>{reasonText(reason, card)}</strong> : <span>{reasonText(reason, card)}</span>}
      {measured !== '' && <span>{measured}</span>}
    </>
  );
}

interface CloseUpsProps {
  readonly view: CardView;
  readonly mark: Mark;
  readonly stationId: string;
}

const closeUpPx = 76;

function CloseUps({ view, mark, stationId }: CloseUpsProps) {
  const common = { view, mark, stationId, sidePx: closeUpPx };
  return (
    <div className="close-ups">
      {view.frameSha256 !== null && (
        <CloseUp
          {...common}
          sha256={view.frameSha256}
          alt={t('picture.closeUpAlt', { label: labelText(mark.label) })}
          boxed
        />
      )}
      {view.goldenSha256 !== null && (
        <CloseUp {...common} sha256={view.goldenSha256} alt={t('picture.closeUpGoldenAlt')} boxed={false} />
      )}
    </div>
  );
}

/** What the reviewer says. Its words are untrusted: they are drawn as text and never as markup. */
export function Opinion({ card, subject }: { readonly card: InspectionCard; readonly subject: string }) {
  const opinion = card.opinions.find(({ id }) => id === subject);
  if (opinion === undefined) return null;
  const { judgement, label, explanation } = opinion;
  const name = judgement === 'unavailable' ? unavailableText(label) : labelText(label);
  return (
    <span className="opinion">
      {t(`reviewer.judgement.${judgement}`, { label: name })}
      {explanation !== '' && <q>{explanation}</q>}
    </span>
  );
}
