import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Quality } from '#hmi/server/api.schema.ts';
import { TableHead } from '#hmi/web/shell/table-head.tsx';
import { dateTime, dayMonth, hourMinute, percent, plainNumber } from '#hmi/web/texts/numbers.ts';
import { t } from '#hmi/web/texts/texts.ts';

type Chart = Quality['chart'];

const heightPx = 300;
const columns = ['at', 'inspected', 'share', 'limits'] as const;

/** Share of parts called, with center, limits and alarms; the same as words and as a table. */
export function ControlChart({ chart }: { readonly chart: Chart }) {
  const alarms = chart.points.filter((point) => point.alarms.length > 0);
  const words = { center: percent(chart.center), sigmaZ: plainNumber(chart.sigmaZ) };
  return (
    <section className="panel quality-panel" aria-labelledby="chart">
      <h2 id="chart">{t('quality.chart')}</h2>
      <p className="soft">{t('quality.chartLimits', words)}</p>
      <Drawing chart={chart} />
      <h3>{t('quality.alarms')}</h3>
      {alarms.length === 0 && <p>{t('quality.noAlarms')}</p>}
      <ul className="alarms">
        {alarms.flatMap(({ at, share, inspected, alarms: broken }) =>
          broken.map((rule) => (
            <li key={`${at}-${rule}`}>
              {t('quality.alarm', {
                at: dateTime(at),
                share: percent(share),
                inspected,
                rule: t(`quality.rule.${rule}`),
              })}
            </li>
          )),
        )}
      </ul>
      <PointTable points={chart.points} />
    </section>
  );
}

function Drawing({ chart }: { readonly chart: Chart }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const plot = new uPlot(optionsOf(chart, element.clientWidth), dataOf(chart), element);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: heightPx }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [chart]);
  return <div ref={place} className="chart" role="img" aria-label={t('quality.chart')} />;
}

function dataOf({ points, center }: Chart): uPlot.AlignedData {
  return [
    points.map(({ at }) => Date.parse(at) / 1000),
    points.map(({ share }) => share),
    points.map(() => center),
    points.map(({ lower }) => lower),
    points.map(({ upper }) => upper),
    points.map(({ share, alarms }) => (alarms.length > 0 ? share : null)),
  ];
}

function optionsOf({ points }: Chart, width: number): uPlot.Options {
  const style = getComputedStyle(document.body);
  const probe = document.createElement('span');
  document.body.append(probe);
  // A canvas does not resolve light-dark(): the browser does it on an element.
  const color = (name: string): string => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const ink = color('--ink');
  const calm = color('--calm');
  const alarm = color('--fail');
  const soft = color('--line-soft');
  probe.remove();
  const axis = {
    stroke: ink,
    grid: { stroke: soft, width: 1 },
    ticks: { stroke: soft },
    font: `14px ${style.fontFamily}`,
  };
  const alone = points.length < 40;
  return {
    width,
    height: heightPx,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_plot, _low, high) => [0, Math.min(1, Math.max(0.05, high * 1.1))] } },
    axes: [
      { ...axis, values: (_plot, values) => values.map((value) => axisTime(value * 1000)), space: 90 },
      { ...axis, values: (_plot, values) => values.map((value) => percent(value)), size: 64 },
    ],
    series: [
      {},
      { stroke: ink, width: 2, points: { show: alone, size: 6, fill: ink } },
      { stroke: calm, width: 1, points: { show: false } },
      { stroke: calm, width: 1, dash: [6, 6], points: { show: false } },
      { stroke: calm, width: 1, dash: [6, 6], points: { show: false } },
      {
        stroke: alarm,
        paths: () => null,
        points: { show: true, size: 14, width: 3, stroke: alarm, fill: 'transparent' },
      },
    ],
  };
}

/** Hour and minute; the day where one begins. */
function axisTime(at: number): string {
  const time = new Date(at);
  return time.getHours() === 0 && time.getMinutes() === 0 ? dayMonth(at) : hourMinute(at);
}

function PointTable({ points }: Pick<Chart, 'points'>) {
  return (
    <details>
      <summary>{t('quality.table')}</summary>
      <div className="table-room">
        <table>
          <TableHead columns={columns.map((column) => t(`quality.${column}`))} />
          <tbody>
            {points.map(({ at, inspected, share, lower, upper }) => (
              <tr key={at}>
                <th scope="row">{dateTime(at)}</th>
                <td className="number">{inspected}</td>
                <td className="number">{percent(share)}</td>
                <td className="number">
                  {percent(lower)} – {percent(upper)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
