import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, evidenceUrl, toQuestion } from '#hmi/web/api.ts';
import { frameShape } from '#hmi/web/picture/frame-shape.ts';
import { callsOf, HeatTable, MostCalled, type CalledPlaces } from '#hmi/web/quality/heat-table.tsx';
import { LabelChoice } from '#hmi/web/quality/label-choice.tsx';
import { Choice } from '#hmi/web/shell/choice.tsx';
import { t } from '#hmi/web/texts/texts.ts';
import { troubleOf } from '#hmi/web/texts/way-out-text.ts';
import '#hmi/web/styles/heat.css';

// Below so many calls in one square there is no pattern, and nothing is drawn as if there were one.
const darkestFrom = 5;

type View = CalledPlaces['view'];

interface HeatMapProps {
  readonly from: string;
  readonly to: string;
  /** Only this station; '' for all. */
  readonly station: string;
  /** Labels called in the period. */
  readonly labels: readonly string[];
}

/** Where on a product defects are called, over its golden sample; the same as a table. */
export function HeatMap({ from, to, station, labels }: HeatMapProps) {
  const [label, setLabel] = useState('');
  const [place, setPlace] = useState('');
  const question = questionOf({ from, to, station, label, place });
  const { data, error } = useQuery({
    queryKey: ['heat', station, label, place, from, to],
    queryFn: ({ signal }) => api.heat(question, signal),
    // The period moves on with every look at the figures: the map before stays until the next is there.
    placeholderData: (before) => before,
  });
  const map = data?.map ?? null;
  return (
    <section className="panel quality-panel" aria-labelledby="heat">
      <h2 id="heat">{t('quality.heat.title')}</h2>
      <div className="quality-head">
        <Choice
          name={t('quality.heat.of')}
          chosen={map ? keyOf(map.view) : ''}
          options={data?.views.map((view) => [keyOf(view), nameOf(view)] as const) ?? []}
          onChoose={setPlace}
        />
        <LabelChoice
          name={t('quality.heat.label')}
          any={t('quality.heat.anyLabel')}
          chosen={label}
          labels={labels}
          onChoose={setLabel}
        />
      </div>
      {error && <p role="alert">{t('quality.heat.failed', troubleOf(error))}</p>}
      {data && map === null && <p>{t('quality.heat.none')}</p>}
      {map && <Drawn map={map} />}
    </section>
  );
}

function keyOf({ stationId, productId, viewId }: View): string {
  return JSON.stringify([stationId, productId, viewId]);
}

function nameOf({ stationId, productId, viewId }: View): string {
  return t('quality.heat.view', { station: stationId, product: productId, view: viewId });
}

function questionOf(asked: Omit<HeatMapProps, 'labels'> & Record<'label' | 'place', string>): string {
  const { place, ...rest } = asked;
  const [mapStation = '', mapProduct = '', mapView = ''] = place === '' ? [] : (JSON.parse(place) as readonly string[]);
  return toQuestion({ ...rest, mapStation, mapProduct, mapView });
}

function Drawn({ map }: { readonly map: CalledPlaces }) {
  const { view, cells, cellPx } = map;
  const most = Math.max(0, ...cells.map(callsOf));
  const darkest = Math.max(darkestFrom, most);
  const words = { calls: view.calls, places: cells.length, most };
  return (
    <>
      <p>{t(most > 1 ? 'quality.heat.summary' : 'quality.heat.scattered', words)}</p>
      <div className="heat-room">
        <div className="heat-map">
          <Ground view={view}>
            <svg
              className="heat-cells"
              viewBox={`0 0 ${view.widthPx} ${view.heightPx}`}
              preserveAspectRatio="none"
              role="img"
              aria-label={t('quality.heat.alt', { view: view.viewId, places: cells.length })}
            >
              {cells.map((cell) => (
                <rect
                  key={`${cell.column}-${cell.row}`}
                  x={cell.column * cellPx}
                  y={cell.row * cellPx}
                  width={cellPx}
                  height={cellPx}
                  fillOpacity={0.15 + (0.75 * callsOf(cell)) / darkest}
                >
                  <title>{callsOf(cell)}</title>
                </rect>
              ))}
            </svg>
          </Ground>
          <p className="heat-scale soft" aria-hidden="true">
            {t('quality.heat.callsIn', { count: 1 })} <span className="heat-ramp" />{' '}
            {t('quality.heat.callsIn', { count: darkest })}
          </p>
        </div>
        {most > 1 && <MostCalled map={map} />}
      </div>
      <HeatTable map={map} />
    </>
  );
}

/** The golden sample, pale, so that the squares are what is seen; a plain ground where there is none. */
function Ground({ view, children }: { readonly view: View; readonly children: React.ReactNode }) {
  const [lost, setLost] = useState<string | null>(null);
  const { goldenSha256, stationId } = view;
  const there = goldenSha256 !== null && goldenSha256 !== lost;
  return (
    <>
      <div className="heat-ground" style={frameShape(view)}>
        {there && (
          <img
            src={evidenceUrl(goldenSha256, stationId)}
            alt=""
            draggable={false}
            onError={() => setLost(goldenSha256)}
          />
        )}
        {children}
      </div>
      {goldenSha256 === null && <p className="soft">{t('quality.heat.noGolden')}</p>}
      {goldenSha256 !== null && !there && <p className="soft">{t('quality.heat.goldenAway')}</p>}
    </>
  );
}
