import { useState } from 'react';
import type { InspectionCard } from '#hmi/server/api.schema.ts';
import { ReasonList } from '#hmi/web/line/reason-list.tsx';
import { DecideForm } from '#hmi/web/review/decide-form.tsx';
import { KeyMap } from '#hmi/web/review/key-map.tsx';
import { SyncedPictures } from '#hmi/web/review/synced-pictures.tsx';
import { mostTelling } from '#hmi/web/picture/telling-view.ts';
import { useKeys } from '#hmi/web/review/use-keys.ts';
import type { Decision, Judgement } from '#hmi/web/review/use-review.ts';
import { t } from '#hmi/web/texts/texts.ts';

interface ReviewPartProps {
  readonly card: InspectionCard;
  readonly onDecide: (decision: Decision) => void;
}

/** One part: first the person judges what is seen, then learns what the machine said, then decides. */
export function ReviewPart({ card, onDecide }: ReviewPartProps) {
  const [judgement, setJudgement] = useState<Judgement | null>(null);
  const telling = mostTelling(card.views);
  const [shown, setShown] = useState(telling ? card.views.indexOf(telling) : 0);
  const whole = card.views[shown % Math.max(1, card.views.length)];
  // Blind until the person has judged: neither what the reviewer says nor where it points.
  const marks = whole?.marks.filter(({ stage }) => judgement !== null || stage !== 'reviewer') ?? [];
  const view = whole && { ...whole, marks };
  useKeys({
    d: () => setJudgement('defect'),
    f: () => setJudgement('false-call'),
    v: () => setShown(shown + 1),
    escape: () => setJudgement(null),
  });
  return (
    <div className="review-part">
      <div className="review-see">
        <div className="review-views">
          <strong className="review-serial">{card.serial}</strong>
          <span className="soft">
            {card.stationId} · {card.productId}
          </span>
          {card.views.length > 1 &&
            card.views.map(({ viewId }, index) => (
              <button key={viewId} aria-pressed={viewId === view?.viewId} onClick={() => setShown(index)}>
                {t('station.view', { view: viewId })}
              </button>
            ))}
        </div>
        {view && <SyncedPictures key={view.viewId} view={view} stationId={card.stationId} serial={card.serial} />}
      </div>
      <aside className="review-judge">
        {judgement === null ? (
          <Question onJudge={setJudgement} />
        ) : (
          <>
            <p className="review-judged">
              {t(`review.judged.${judgement}`)} ·{' '}
              {t('review.machineSaid', { verdict: t(`verdictWord.${card.verdict}`) })}
              <button onClick={() => setJudgement(null)}>{t('review.back')}</button>
            </p>
            <DecideForm card={card} judgement={judgement} onDecide={onDecide} />
            {card.reasons.length > 0 && <ReasonList card={card} atMost={4} />}
          </>
        )}
        <KeyMap />
      </aside>
    </div>
  );
}

function Question({ onJudge }: { readonly onJudge: (judgement: Judgement) => void }) {
  return (
    <div className="review-buttons">
      <button onClick={() => onJudge('defect')}>
        {t('review.defect')} <kbd>D</kbd>
      </button>
      <button onClick={() => onJudge('false-call')}>
        {t('review.falseCall')} <kbd>F</kbd>
      </button>
    </div>
  );
}
