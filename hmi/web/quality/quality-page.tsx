import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Quality } from '#hmi/server/api.schema.ts';
import { api } from '#hmi/web/api.ts';
import { ControlChart } from '#hmi/web/quality/control-chart.tsx';
import { Tiles } from '#hmi/web/quality/tiles.tsx';
import { labelText } from '#hmi/web/texts/reason-text.ts';
import { t } from '#hmi/web/texts/texts.ts';
import '#hmi/web/styles/quality.css';

const hourMs = 3_600_000;
const periods = {
  day: { hours: 24, bucket: 'hour' },
  week: { hours: 7 * 24, bucket: 'hour' },
  month: { hours: 30 * 24, bucket: 'day' },
} as const;
type PeriodName = keyof typeof periods;
const everyMs = 30_000;

/** Yields, defects and whether the process is in control, over a period. */
export function QualityPage() {
  const [period, setPeriod] = useState<PeriodName>('day');
  const [station, setStation] = useState('');
  const overview = useQuery({ queryKey: ['overview'], queryFn: ({ signal }) => api.overview(signal) });
  const { data, error } = useQuery({
    queryKey: ['quality', period, station],
    queryFn: ({ signal }) => api.quality(toQuestion(period, station), signal),
    refetchInterval: everyMs,
  });
  return (
    <div className="quality">
      <header className="quality-head">
        <h1>{t('shell.quality')}</h1>
        <div role="group" aria-label={t('quality.period')} className="quality-periods">
          {(Object.keys(periods) as PeriodName[]).map((name) => (
            <button key={name} aria-pressed={name === period} onClick={() => setPeriod(name)}>
              {t(`quality.${name}`)}
            </button>
          ))}
        </div>
        <label>
          {t('quality.station')}{' '}
          <select value={station} onChange={({ target }) => setStation(target.value)}>
            <option value="">{t('quality.all')}</option>
            {overview.data?.stations.map(({ stationId }) => (
              <option key={stationId}>{stationId}</option>
            ))}
          </select>
        </label>
      </header>
      {data ? <Figures quality={data} /> : <p className="nothing">{wordsFor(error)}</p>}
    </div>
  );
}

function wordsFor(error: Error | null): string {
  return error === null ? t('quality.loading') : t('quality.failed', { message: error.message });
}

function toQuestion(period: PeriodName, station: string): string {
  const { hours, bucket } = periods[period];
  const to = Date.now();
  const question = new URLSearchParams({ from: new Date(to - hours * hourMs).toISOString(), bucket });
  question.set('to', new Date(to).toISOString());
  if (station !== '') question.set('station', station);
  return question.toString();
}

function Figures({ quality }: { readonly quality: Quality }) {
  if (quality.counts.inspected === 0) return <p className="nothing">{t('quality.empty')}</p>;
  return (
    <>
      <Tiles quality={quality} />
      <ControlChart chart={quality.chart} />
      <Pareto pareto={quality.pareto} />
    </>
  );
}

function Pareto({ pareto }: Pick<Quality, 'pareto'>) {
  const most = Math.max(1, ...pareto.map(({ fail, doubt }) => fail + doubt));
  return (
    <section className="panel quality-panel" aria-labelledby="pareto">
      <h2 id="pareto">{t('quality.pareto')}</h2>
      <ul className="pareto">
        {pareto.map(({ label, fail, doubt, inspections }) => (
          <li key={label}>
            <span>{labelText(label)}</span>
            <span className="pareto-bar" aria-hidden="true">
              <span className="pareto-fail" style={{ width: `${(fail / most) * 100}%` }} />
              <span className="pareto-doubt" style={{ width: `${(doubt / most) * 100}%` }} />
            </span>
            <span className="soft">{t('quality.paretoCount', { fail, doubt, inspections })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
