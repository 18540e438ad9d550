import type { QualityChart } from '#hmi/server/quality.schema.ts';
import { ChartDrawing } from '#hmi/web/quality/chart-drawing.tsx';
import { Table } from '#hmi/web/shell/table.tsx';
import { dateTime, percent, plainNumber } from '#hmi/web/texts/numbers.ts';
import { t } from '#hmi/web/texts/texts.ts';

const heightPx = 300;
// Fewer say nothing: the shortest of the rules looks at three.
const fewPoints = 3;
const columns = ['at', 'inspected', 'value', 'limits'] as const;

/** How the values of a chart are written, and how far its axis goes. */
const kinds = {
  chart: { format: percent, range: (_low: number, high: number): [number, number] => [0, Math.min(1, reach(high))] },
  callChart: { format: perPart, range: (_low: number, high: number): [number, number] => [0, reach(high)] },
} as const;

function reach(high: number): number {
  return Math.max(0.05, high * 1.1);
}

function perPart(value: number): string {
  return plainNumber(value, 3);
}

interface ControlChartProps {
  readonly kind: keyof typeof kinds;
  readonly chart: QualityChart;
}

/** What was called over time, with center, limits and alarms; the same as words and as a table. */
export function ControlChart({ kind, chart }: ControlChartProps) {
  const { format, range } = kinds[kind];
  const alarms = chart.points.filter((point) => point.alarms.length > 0);
  const words = { center: format(chart.center), sigmaZ: plainNumber(chart.sigmaZ) };
  return (
    <section className="panel quality-panel" aria-labelledby={kind}>
      <h2 id={kind}>{t(`quality.${kind}`)}</h2>
      <p className="soft">{t('quality.chartLimits', words)}</p>
      <ChartDrawing drawn={chart} label={t(`quality.${kind}`)} format={format} range={range} heightPx={heightPx} />
      <h3>{t('quality.alarms')}</h3>
      {alarms.length === 0 && <p>{t(chart.points.length < fewPoints ? 'quality.fewPoints' : 'quality.noAlarms')}</p>}
      <ul className="alarms">
        {alarms.flatMap(({ at, value, inspected, alarms: broken }) =>
          broken.map((rule) => (
            <li key={`${at}-${rule}`}>
              {t(`quality.alarmOf.${kind}`, {
                at: dateTime(at),
                value: format(value),
                inspected,
                rule: t(`quality.rule.${rule}`),
              })}
            </li>
          )),
        )}
      </ul>
      <PointTable points={chart.points} format={format} />
    </section>
  );
}

function PointTable({ points, format }: Pick<QualityChart, 'points'> & { readonly format: (value: number) => string }) {
  return (
    <details>
      <summary>{t('quality.table')}</summary>
      <Table columns={columns.map((column) => t(`quality.${column}`))}>
        {points.map(({ at, inspected, value, lower, upper }) => (
          <tr key={at}>
            <th scope="row">{dateTime(at)}</th>
            <td className="number">{inspected}</td>
            <td className="number">{format(value)}</td>
            <td className="number">
              {format(lower)} – {format(upper)}
            </td>
          </tr>
        ))}
      </Table>
    </details>
  );
}
