import type { InspectionMessage } from '#edge/messages.schema.ts';
import type { Report } from '#mes/report.schema.ts';
import type { DataType, Metric, MetricValue } from '#mes/sparkplug/payload.ts';
import type { SparkplugMetrics } from '#store/database.ts';

/** Every metric of a station. docs/reports.md says the same in words; the two are pinned to each other by a test. */
export const deviceMetrics = {
  'Device Control/Rebirth': 'Boolean',
  'Station/Online': 'Boolean',
  'Count/Pass': 'Int64',
  'Count/Fail': 'Int64',
  'Count/Undecided': 'Int64',
  'Inspection/ID': 'String',
  'Inspection/Serial': 'String',
  'Inspection/Attempt': 'Int64',
  'Inspection/Lot': 'String',
  'Inspection/Product': 'String',
  'Inspection/Verdict': 'String',
  'Inspection/Defects': 'Int64',
  'Inspection/Time ms': 'Double',
  'Inspection/Reviewer Bypassed': 'Boolean',
  'Inspection/Simulated': 'Boolean',
  'Inspection/Decided At': 'DateTime',
  'Disposition/Inspection ID': 'String',
  'Disposition/Serial': 'String',
  'Disposition/Name': 'String',
  'Disposition/Verified': 'String',
  'Disposition/Decided At': 'DateTime',
  'Report/ID': 'String',
  'Report/Number': 'Int64',
} as const satisfies Readonly<Record<string, DataType>>;

export type MetricName = keyof typeof deviceMetrics;
export type DeviceValues = Readonly<Record<MetricName, SparkplugMetrics[string]>>;

const names = Object.keys(deviceMetrics) as readonly MetricName[];
const countOf = { pass: 'Count/Pass', fail: 'Count/Fail', undecided: 'Count/Undecided' } as const;
const startValues: Partial<Record<MetricName, MetricValue>> = {
  'Device Control/Rebirth': false,
  'Station/Online': false,
  'Count/Pass': 0,
  'Count/Fail': 0,
  'Count/Undecided': 0,
  'Report/Number': 0,
};

/** Values of a station at its first birth, or those kept from before. */
export function valuesFrom(kept: SparkplugMetrics, at: number): DeviceValues {
  const entries = names.map((name) => [name, kept[name] ?? { value: startValues[name] ?? null, at }]);
  return Object.fromEntries(entries) as DeviceValues;
}

/** Metrics by name, as they travel. */
export function metricsOf(values: Partial<DeviceValues>): readonly Metric[] {
  return names.flatMap((name) => {
    const entry = values[name];
    return entry ? [{ name, type: deviceMetrics[name], ...entry }] : [];
  });
}

/** What a report changes. A report that comes again is not counted again. */
export function changesOf(values: DeviceValues, report: Report, bypassed: boolean): Partial<DeviceValues> {
  const at = Date.parse(report.decidedAt);
  const common = { 'Report/ID': report.reportId, 'Report/Number': report.reportNo };
  if (report.kind === 'disposition') {
    return allAt(at, {
      ...common,
      'Disposition/Inspection ID': report.inspectionId,
      'Disposition/Serial': report.serial,
      'Disposition/Name': report.disposition,
      'Disposition/Verified': report.verified,
      'Disposition/Decided At': at,
    });
  }
  const count = countOf[report.verdict];
  const again = report.reportNo <= Number(values['Report/Number'].value);
  return allAt(at, {
    ...common,
    [count]: Number(values[count].value) + (again ? 0 : 1),
    'Inspection/ID': report.inspectionId,
    'Inspection/Serial': report.serial,
    'Inspection/Attempt': report.attempt,
    'Inspection/Lot': report.lot,
    'Inspection/Product': report.productId,
    'Inspection/Verdict': report.verdict,
    'Inspection/Defects': report.defects.length,
    'Inspection/Time ms': report.inspectionTimeMs,
    'Inspection/Reviewer Bypassed': bypassed,
    'Inspection/Simulated': report.simulated,
    'Inspection/Decided At': at,
  });
}

function allAt(at: number, values: Partial<Record<MetricName, MetricValue>>): Partial<DeviceValues> {
  const entries = Object.entries(values).map(([name, value]) => [name, { value, at }]);
  return Object.fromEntries(entries) as Partial<DeviceValues>;
}

/** Was there no valid answer to a question that was to be asked of the reviewer? */
export function wasBypassed({ trace }: Pick<InspectionMessage, 'trace'>): boolean {
  return trace.some(({ check, outcome }) => check === 'review-available' && outcome === 'fails');
}
