import { Link } from 'wouter';
import type { Component, InspectionCard } from '#hmi/server/api.schema.ts';
import { Figures } from '#hmi/web/line/figures.tsx';
import { LatestPart } from '#hmi/web/line/latest-part.tsx';
import { PartStrip } from '#hmi/web/line/part-strip.tsx';
import { StationLock } from '#hmi/web/line/station-lock.tsx';
import type { StationState } from '#hmi/web/live/line-state.ts';
import { useNow } from '#hmi/web/shell/use-now.ts';
import { Sign } from '#hmi/web/shell/sign.tsx';
import { duration } from '#hmi/web/texts/numbers.ts';
import { t } from '#hmi/web/texts/texts.ts';
import '#hmi/web/styles/sign.css';

interface StationPanelProps {
  readonly station: StationState;
  readonly countedFrom: string;
  readonly components: readonly Component[];
}

/** One station: what to do now, why, what came before, and how it runs. */
export function StationPanel({ station, countedFrom, components }: StationPanelProps) {
  const card = station.latest[0];
  return (
    <section className="station panel" aria-label={station.stationId}>
      <header className="station-head">
        <h2>{station.stationId}</h2>
        {card && <Head card={card} />}
      </header>
      <StationLock component={components.find(({ kind }) => kind === 'lock')} />
      <Verdict card={card} />
      {station.latest.length > 0 && <PartStrip latest={station.latest} />}
      {card && <LatestPart key={card.inspectionId} card={card} />}
      {isAlone(card, components) && <p className="alone">{t('reviewer.alone')}</p>}
      <Figures station={station} countedFrom={countedFrom} />
    </section>
  );
}

// After so many takts without a part a person wants to know that it is quiet because nothing comes.
const quietTakts = 5;

function Head({ card }: { readonly card: InspectionCard }) {
  const now = useNow(1000);
  const quietMs = now - Date.parse(card.decidedAt);
  return (
    <>
      <span className="soft">
        {card.productId}
        {card.challenge && (
          <>
            {' · '}
            <strong>{t('station.challenge')}</strong>
          </>
        )}
        {card.simulated && ` · ${t('station.simulated')}`}
      </span>
      {quietMs > quietTakts * card.taktMs && (
        <strong className="quiet">{t('station.idle', { duration: duration(quietMs) })}</strong>
      )}
      <span className="station-serial">
        {card.serial}
        {card.attempt > 1 && ` · ${t('station.attempt', { attempt: card.attempt })}`}
      </span>
    </>
  );
}

function Verdict({ card }: { readonly card: InspectionCard | undefined }) {
  if (card === undefined) {
    return (
      <div className="verdict verdict-waiting">
        <Sign verdict="waiting" size={92} />
        <p className="verdict-do">{t('doNow.waiting')}</p>
      </div>
    );
  }
  return (
    <Link className={`verdict verdict-${card.verdict}`} href={`/parts/${card.inspectionId}`}>
      <Sign verdict={card.verdict} size={92} />
      <span className="verdict-words">
        <span className="verdict-word">{t(`verdict.${card.verdict}`)}</span>
        <span className="verdict-do">{t(`doNow.${card.verdict}`)}</span>
        <span className="away">{t('station.open', { serial: card.serial })}</span>
      </span>
    </Link>
  );
}

/** True where no reviewer is configured: an answer that was needed says so, or else the edge node. */
function isAlone(card: InspectionCard | undefined, components: readonly Component[]): boolean {
  const unanswered = card?.opinions.filter(({ judgement }) => judgement === 'unavailable') ?? [];
  if (unanswered.length > 0) return unanswered.every(({ label }) => label === 'not-configured');
  return components.some(({ kind, state }) => kind === 'reviewer' && state === 'absent');
}
