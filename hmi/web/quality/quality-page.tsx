import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Quality } from '#hmi/server/quality.schema.ts';
import { api, toQuestion } from '#hmi/web/api.ts';
import { useStationIds } from '#hmi/web/live/use-station-ids.ts';
import { ControlChart } from '#hmi/web/quality/control-chart.tsx';
import { Drift } from '#hmi/web/quality/drift.tsx';
import { HeatMap } from '#hmi/web/quality/heat-map.tsx';
import { ParetoBar } from '#hmi/web/quality/pareto-bar.tsx';
import { Reviewer } from '#hmi/web/quality/reviewer.tsx';
import { Tiles } from '#hmi/web/quality/tiles.tsx';
import { Choice } from '#hmi/web/shell/choice.tsx';
import { labelText } from '#hmi/web/texts/reason-text.ts';
import { t } from '#hmi/web/texts/texts.ts';
import { troubleOf } from '#hmi/web/texts/way-out-text.ts';
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
  const stations = useStationIds();
  const { data, error } = useQuery({
    queryKey: ['quality', period, station],
    queryFn: ({ signal }) => api.quality(questionOf(period, station), signal),
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
        <Choice
          name={t('quality.station')}
          chosen={station}
          options={[['', t('quality.all')], ...stations.map((one) => [one] as const)]}
          onChoose={setStation}
        />
      </header>
      {data ? (
        <Figures quality={data} station={station} stations={stations} bucket={periods[period].bucket} />
      ) : (
        <p className="nothing">{wordsFor(error)}</p>
      )}
    </div>
  );
}

function wordsFor(error: Error | null): string {
  return error === null ? t('quality.loading') : t('quality.failed', troubleOf(error));
}

function questionOf(period: PeriodName, station: string): string {
  const { hours, bucket } = periods[period];
  const to = Date.now();
  const from = new Date(to - hours * hourMs).toISOString();
  return toQuestion({ from, to: new Date(to).toISOString(), bucket, station });
}

interface FiguresProps {
  readonly quality: Quality;
  /** Empty: all. */
  readonly station: string;
  readonly stations: readonly string[];
  readonly bucket: 'hour' | 'day';
}

function Figures({ quality, station, stations, bucket }: FiguresProps) {
  const { counts, chart, callChart, pareto, from, to } = quality;
  if (counts.inspected === 0) return <p className="nothing">{t('quality.empty')}</p>;
  return (
    <>
      <Tiles quality={quality} />
      <AlarmsNow quality={quality} />
      <ControlChart kind="chart" chart={chart} />
      <Pareto pareto={pareto} />
      <ControlChart kind="callChart" chart={callChart} />
      <HeatMap from={from} to={to} station={station} labels={pareto.map(({ label }) => label)} />
      <Reviewer question={toQuestion({ from, to, station })} />
      {(station === '' ? stations : [station]).map((one) => (
        <Drift key={one} question={toQuestion({ from, to, bucket, station: one })} station={one} />
      ))}
    </>
  );
}

/** The alarm of the newest points, in one line at the top: what is over long ago stands further down. */
function AlarmsNow({ quality: { chart, callChart } }: Pick<FiguresProps, 'quality'>) {
  const now = (
    [
      ['chart', chart],
      ['callChart', callChart],
    ] as const
  ).flatMap(([kind, { points }]) => (points.at(-1)?.alarms ?? []).map((rule) => ({ kind, rule })));
  if (now.length === 0) return null;
  return (
    <ul className="alarms" role="status">
      {now.map(({ kind, rule }) => (
        <li key={`${kind}-${rule}`}>
          <a href={`#${kind}`}>{t(`quality.${kind}`)}</a>: {t(`quality.rule.${rule}`)}
        </li>
      ))}
    </ul>
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
            <ParetoBar sure={fail} doubtful={doubt} most={most} />
            <span className="soft">{t('quality.paretoCount', { fail, doubt, inspections })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
