import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildReport } from '#mes/build-report.ts';
import type { Report } from '#mes/report.schema.ts';
import { changesOf, deviceMetrics, metricsOf, valuesFrom, wasBypassed } from '#mes/sparkplug/device.ts';
import { testMessage, uuidOf } from '../../support/inspection-message.ts';

function reportOf(reportNo: number): Report {
  const message = testMessage(reportNo);
  const report = buildReport({
    reportNo,
    reportId: uuidOf('report', reportNo),
    kind: 'inspection',
    inspectionId: message.inspectionId,
    previousReportNo: null,
    message,
    storedAt: message.decidedAt,
    disposition: null,
    verifiesReportId: null,
  });
  if (!report) throw new Error('no report');
  return report;
}

describe('a station as a Sparkplug device', () => {
  it('counts a report once, however often it is told', () => {
    const start = valuesFrom({}, 1_000);
    const once = { ...start, ...changesOf(start, reportOf(1), false) };
    const twice = { ...once, ...changesOf(once, reportOf(1), false) };
    expect(once['Count/Pass'].value).toBe(1);
    expect(twice).toEqual(once);
    expect(changesOf(twice, reportOf(2), false)['Count/Pass']?.value).toBe(2);
  });

  it('goes on from what was kept, and begins what was not known then', () => {
    const kept = { 'Count/Pass': { value: 41, at: 5 }, 'Gone/Metric': { value: 1, at: 5 } };
    const values = valuesFrom(kept, 1_000);
    expect(values['Count/Pass']).toEqual({ value: 41, at: 5 });
    expect(values['Count/Fail']).toEqual({ value: 0, at: 1_000 });
    expect(metricsOf(values).map(({ name }) => name)).toEqual(Object.keys(deviceMetrics));
  });

  it('has no two metrics whose names differ in capitals alone', () => {
    const names = Object.keys(deviceMetrics).map((name) => name.toLowerCase());
    expect(new Set(names).size).toBe(names.length);
  });

  it('says whether the reviewer left a question unanswered', () => {
    const step = { check: 'review-available', subject: 'd1', value: null, limit: null } as const;
    expect(wasBypassed({ trace: [{ ...step, outcome: 'fails' }] })).toBe(true);
    expect(wasBypassed({ trace: [{ ...step, outcome: 'holds' }] })).toBe(false);
  });

  it('has the metrics that the page lists, of these types', () => {
    const page = readFileSync('docs/reports.md', 'utf8');
    const rows = [...page.matchAll(/^\| `([A-Z][A-Za-z ]+\/[A-Za-z ]+)` \| (\w+) \|/gm)];
    expect(Object.fromEntries(rows.map(([, name, type]) => [name, type]))).toEqual(deviceMetrics);
  });
});
