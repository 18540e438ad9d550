import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { ReviewerQuality } from '#hmi/server/quality.schema.ts';
import { chartColors } from '#hmi/web/quality/chart-colors.ts';
import { percent } from '#hmi/web/texts/numbers.ts';
import { t } from '#hmi/web/texts/texts.ts';

const heightPx = 240;

type RiskDrawingProps = Pick<ReviewerQuality['risk'], 'points'> & {
  readonly now: NonNullable<ReviewerQuality['risk']['now']>;
};

/** Wrong calls over the share decided alone; a ring is where the line stands now. */
export function RiskDrawing({ points, now }: RiskDrawingProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const plot = new uPlot(
      { ...options(), width: element.clientWidth, height: heightPx },
      dataOf(points, now),
      element,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: heightPx }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [points, now]);
  return <div ref={place} className="chart" role="img" aria-label={t('quality.risk.title')} />;
}

function dataOf(points: RiskDrawingProps['points'], now: RiskDrawingProps['now']): uPlot.AlignedData {
  const all = [
    ...points.map(({ coverage, risk }) => ({ coverage, risk, ring: null as number | null })),
    { coverage: now.coverage, risk: null as number | null, ring: now.risk },
  ].toSorted((a, b) => a.coverage - b.coverage);
  return [all.map(({ coverage }) => coverage), all.map(({ risk }) => risk), all.map(({ ring }) => ring)];
}

function options(): Omit<uPlot.Options, 'width' | 'height'> {
  const { ink, alarm, axis } = chartColors();
  const inPercent = (_plot: uPlot, values: number[]): string[] => values.map(percent);
  return {
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false, range: () => [0, 1] },
      y: { range: (_plot, _low, high) => [0, Math.min(1, Math.max(0.05, (high ?? 0) * 1.1))] },
    },
    axes: [
      { ...axis, values: inPercent, label: t('quality.risk.coverage'), labelFont: axis.font, labelSize: 22 },
      { ...axis, values: inPercent, size: 64 },
    ],
    series: [
      {},
      { stroke: ink, width: 2, spanGaps: true, points: { show: false } },
      {
        stroke: alarm,
        paths: () => null,
        points: { show: true, size: 14, width: 3, stroke: alarm, fill: 'transparent' },
      },
    ],
  };
}
