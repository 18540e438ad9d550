import { useQuery } from '@tanstack/react-query';
import type { Drift as DriftAnswer } from '#hmi/server/quality.schema.ts';
import { api } from '#hmi/web/api.ts';
import { ChartDrawing } from '#hmi/web/quality/chart-drawing.tsx';
import { dateTime, percent, plainNumber } from '#hmi/web/texts/numbers.ts';
import { t } from '#hmi/web/texts/texts.ts';
import { troubleOf } from '#hmi/web/texts/way-out-text.ts';

type Series = DriftAnswer['series'][number];

const heightPx = 180;
const everyMs = 60_000;

/** What lies behind the calls of a station over time: its scores, its light, its focus, its mix of defects. */
export function Drift({ question, station }: { readonly question: string; readonly station: string }) {
  const { data, error } = useQuery({
    queryKey: ['drift', question],
    queryFn: ({ signal }) => api.drift(question, signal),
    refetchInterval: everyMs,
  });
  return (
    <section className="panel quality-panel" aria-labelledby={`drift-${station}`}>
      <h2 id={`drift-${station}`}>{t('quality.drift.title', { station })}</h2>
      <p className="soft">{t('quality.drift.what')}</p>
      {error && <p role="alert">{t('quality.failed', troubleOf(error))}</p>}
      {data?.series.length === 0 && <p>{t('quality.drift.none')}</p>}
      <div className="drifts">
        {data?.series.map((series) => (
          <Course key={series.name} series={series} station={station} />
        ))}
      </div>
    </section>
  );
}

const formats: Readonly<Record<Series['name'], (value: number) => string>> = {
  score: percent,
  exposure: wholeOrTenths,
  sharpness: wholeOrTenths,
  labels: wholeOrTenths,
};

function wholeOrTenths(value: number): string {
  return plainNumber(value, value < 10 ? 1 : 0);
}

/** What is drawn, with room above and below: a course that stays shows as one that stays. */
function around(low: number, high: number): [number, number] {
  const room = Math.max((high - low) * 0.15, Math.abs(high) * 0.05, 0.01);
  return [Math.max(0, low - room), high + room];
}

function Course({ series, station }: { readonly series: Series; readonly station: string }) {
  const { name, points } = series;
  const format = formats[name];
  const heading = `drift-${station}-${name}`;
  const alarms = points.filter((point) => point.alarms.length > 0);
  const last = points.at(-1);
  if (points.length < 2) {
    return (
      <article aria-labelledby={heading}>
        <h3 id={heading}>{t(`quality.drift.${name}`)}</h3>
        <p className="soft">{t('quality.drift.tooFew', { value: format(last?.value ?? 0) })}</p>
      </article>
    );
  }
  return (
    <article aria-labelledby={heading}>
      <h3 id={heading}>{t(`quality.drift.${name}`)}</h3>
      <ChartDrawing
        drawn={series}
        label={t(`quality.drift.${name}`)}
        format={format}
        range={around}
        heightPx={heightPx}
      />
      {last && (
        <p className="soft">
          {t('quality.drift.now', {
            value: format(last.value),
            lower: format(last.lower),
            upper: format(last.upper),
          })}
        </p>
      )}
      <ul className="alarms">
        {alarms.slice(-3).map(({ at, value, alarms: broken }) => (
          <li key={at}>
            {t('quality.drift.alarm', { at: dateTime(at), value: format(value) })}{' '}
            {broken.map((rule) => t(`quality.rule.${rule}`)).join(' ')} {t(`quality.drift.do.${name}`)}
          </li>
        ))}
      </ul>
    </article>
  );
}
