import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { QualityChart } from '#hmi/server/quality.schema.ts';
import { chartColors } from '#hmi/web/quality/chart-colors.ts';
import { timeRange } from '#hmi/web/quality/time-range.ts';
import { dayMonth, hourMinute } from '#hmi/web/texts/numbers.ts';

/** What is drawn over time, with its limits. */
export interface Drawn {
  readonly center: number;
  readonly points: readonly Omit<QualityChart['points'][number], 'inspected'>[];
}

interface ChartDrawingProps {
  readonly drawn: Drawn;
  readonly label: string;
  readonly format: (value: number) => string;
  /** What the axis of values covers, of the least and the most that is drawn. */
  readonly range: (low: number, high: number) => [number, number];
  readonly heightPx: number;
}

/** Values over time with center, limits and rings around alarms. The same stands beside it in words: it is a picture to readers of screens. */
export function ChartDrawing({ drawn, label, format, range, heightPx }: ChartDrawingProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const options = { ...optionsOf({ drawn, format, range }), width: element.clientWidth, height: heightPx };
    const plot = new uPlot(options, dataOf(drawn), element);
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: heightPx }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [drawn, format, range, heightPx]);
  return <div ref={place} className="chart" role="img" aria-label={label} />;
}

function dataOf({ points, center }: Drawn): uPlot.AlignedData {
  return [
    points.map(({ at }) => Date.parse(at) / 1000),
    points.map(({ value }) => value),
    points.map(() => center),
    points.map(({ lower }) => lower),
    points.map(({ upper }) => upper),
    points.map(({ value, alarms }) => (alarms.length > 0 ? value : null)),
  ];
}

function optionsOf({
  drawn,
  format,
  range,
}: Pick<ChartDrawingProps, 'drawn' | 'format' | 'range'>): Omit<uPlot.Options, 'width' | 'height'> {
  const { ink, calm, alarm, axis } = chartColors();
  const alone = drawn.points.length < 40;
  const times = drawn.points.map(({ at }) => Date.parse(at) / 1000);
  return {
    legend: { show: false },
    cursor: { show: false },
    scales: {
      // Of a single point the library would show the years after it.
      x: { range: () => timeRange(times[0] ?? 0, times.at(-1) ?? 0) },
      y: { range: (_plot, low, high) => range(low, high) },
    },
    axes: [
      { ...axis, values: (_plot, values) => values.map((value) => axisTime(value * 1000)), space: 90 },
      { ...axis, values: (_plot, values) => values.map(format), size: 64 },
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
