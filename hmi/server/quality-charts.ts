import { pChart, uChart, type AttributeChart, type Limits } from '#hmi/quality/attribute-chart.ts';
import { individualsChart } from '#hmi/quality/individuals-chart.ts';
import { mixShift } from '#hmi/quality/mix-shift.ts';
import { westernElectric } from '#hmi/quality/western-electric.ts';
import type { Drift, Quality, QualityChart } from '#hmi/server/quality.schema.ts';
import type { LabelsOfPiece, MeasuredPiece } from '#store/queries/measured-samples.ts';
import type { TrendPoint } from '#store/queries/trend-of-verdicts.ts';

type Series = Drift['series'][number];

/** The two charts of a trend: parts called of all, and calls a part. */
export function chartsOf(trend: readonly TrendPoint[], limits: Limits): Pick<Quality, 'chart' | 'callChart'> {
  const samples = trend.map(({ pass, fail, undecided, calls }) => ({
    called: fail + undecided,
    calls,
    inspected: pass + fail + undecided,
  }));
  const drawn = (chart: AttributeChart): QualityChart => {
    const alarms = alarmsOf(chart.points.map(({ z }) => z));
    return {
      center: chart.center,
      sigmaZ: chart.sigmaZ,
      points: chart.points.map(({ value, lower, upper }, index) => ({
        at: trend[index]?.at ?? '',
        inspected: samples[index]?.inspected ?? 0,
        value,
        lower,
        upper,
        alarms: alarms(index),
      })),
    };
  };
  return {
    chart: drawn(
      pChart(
        samples.map(({ called, inspected }) => ({ counted: called, inspected })),
        limits,
      ),
    ),
    callChart: drawn(
      uChart(
        samples.map(({ calls, inspected }) => ({ counted: calls, inspected })),
        limits,
      ),
    ),
  };
}

/** What was measured over time, each with its own limits and alarms; what was never measured is left out. */
export function driftOf(measured: readonly MeasuredPiece[], labels: readonly LabelsOfPiece[]): Drift['series'] {
  const all = (['score', 'exposure', 'sharpness'] as const).map((name) => measuredSeries(name, measured));
  return [...all, mixSeries(labels)].filter(({ points }) => points.length > 0);
}

function measuredSeries(name: 'score' | 'exposure' | 'sharpness', measured: readonly MeasuredPiece[]): Series {
  const known = measured.flatMap(({ at, parts, [name]: value }) => (value === null ? [] : [{ at, parts, value }]));
  const { center, points } = individualsChart(known.map(({ value }) => value));
  const alarms = alarmsOf(points.map(({ z }) => z));
  return {
    name,
    center,
    points: known.map(({ at, parts, value }, index) => {
      const { lower = value, upper = value } = points[index] ?? {};
      // None of these can be below nothing.
      return { at, of: parts, value, lower: Math.max(0, lower), upper, alarms: alarms(index) };
    }),
  };
}

const alarmFromSigmas = 3;

/** How far the mix of labels of each piece lies from that of the period, in sigmas. */
function mixSeries(labels: readonly LabelsOfPiece[]): Series {
  const whole = countsOf(labels);
  const points = [...Map.groupBy(labels, ({ at }) => at)].flatMap(([at, here]) => {
    const shift = mixShift(countsOf(here), whole);
    if (shift === null) return [];
    const of = here.reduce((sum, { calls }) => sum + calls, 0);
    const alarms = shift.z > alarmFromSigmas ? (['beyond-3-sigma'] as const) : [];
    return [{ at, of, value: Math.max(0, shift.z), lower: 0, upper: alarmFromSigmas, alarms: [...alarms] }];
  });
  return { name: 'labels', center: 0, points };
}

function countsOf(labels: readonly LabelsOfPiece[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { label, calls } of labels) counts[label] = (counts[label] ?? 0) + calls;
  return counts;
}

function alarmsOf(zs: readonly number[]) {
  const byIndex = Map.groupBy(westernElectric(zs), ({ index }) => index);
  return (index: number) => (byIndex.get(index) ?? []).map(({ rule }) => rule);
}
