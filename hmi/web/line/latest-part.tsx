import { useState } from 'react';
import type { InspectionCard } from '#hmi/server/api.schema.ts';
import { Pictures } from '#hmi/web/picture/pictures.tsx';
import { Legend } from '#hmi/web/picture/legend.tsx';
import { mostTelling, needsEyes } from '#hmi/web/picture/telling-view.ts';
import { ReasonList } from '#hmi/web/line/reason-list.tsx';
import { t } from '#hmi/web/texts/texts.ts';

/** The latest part: the view that needs eyes most, the golden sample beside it, and the reasons. */
export function LatestPart({ card }: { readonly card: InspectionCard }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const view = card.views.find(({ viewId }) => viewId === chosen) ?? mostTelling(card.views);
  if (view === undefined) return <ReasonList card={card} atMost={3} />;
  return (
    <div className="latest">
      <div className={`latest-pictures ${view.goldenSha256 === null ? '' : 'with-golden'}`}>
        <Pictures view={view} stationId={card.stationId} serial={card.serial} />
        <div className="views">
          {card.views.length > 1 && (
            <div className="views-buttons" role="group" aria-label={t('part.views')}>
              {card.views.map((one) => (
                <button
                  key={one.viewId}
                  aria-pressed={one.viewId === view.viewId}
                  onClick={() => setChosen(one.viewId)}
                >
                  {one.viewId}
                  {needsEyes(one) && <span className="views-sign" aria-hidden="true" />}
                </button>
              ))}
            </div>
          )}
          <Legend marks={view.marks} />
        </div>
      </div>
      <ReasonList card={card} atMost={3} />
    </div>
  );
}
