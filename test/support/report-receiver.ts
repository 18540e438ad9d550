import mqtt from 'mqtt';
import { reportSchema, reportStatusSchema, type Report } from '#mes/report.schema.ts';

/** An MES at the other end of the unified namespace, built on docs/reports.md: asks for what it misses. */
export interface ReportReceiver extends AsyncDisposable {
  /** Each report once, by its id, in the order of their numbers. */
  readonly reports: () => readonly Report[];
  /** Messages on the wire, repetitions too. */
  readonly arrivals: () => number;
}

export function receiveReports(url: string, namespace: string): ReportReceiver {
  const byId = new Map<string, Report>();
  let arrivals = 0;
  let gaplessUpTo = 0;
  const client = mqtt.connect(url, { protocolVersion: 4, reconnectPeriod: 100, clean: true });
  const ask = (): void =>
    void client.publish(
      `${namespace}/report-replay`,
      JSON.stringify({ schemaVersion: 1, fromReportNo: gaplessUpTo + 1 }),
      { qos: 1 },
    );
  client.on('connect', () => client.subscribe([`${namespace}/+/report`, `${namespace}/report-status`], { qos: 1 }));
  client.on('message', (topic, payload) => {
    const value: unknown = JSON.parse(payload.toString());
    if (topic.endsWith('/report-status')) {
      if (reportStatusSchema.parse(value).lastReportNo > gaplessUpTo) ask();
      return;
    }
    const report = reportSchema.parse(value);
    arrivals += 1;
    byId.set(report.reportId, report);
    // The chain: a report belongs behind the one it names.
    for (const next of [...byId.values()].toSorted((a, b) => a.reportNo - b.reportNo)) {
      if (next.reportNo > gaplessUpTo && (next.previousReportNo ?? 0) === gaplessUpTo) gaplessUpTo = next.reportNo;
    }
  });
  return {
    reports: () => [...byId.values()].toSorted((a, b) => a.reportNo - b.reportNo),
    arrivals: () => arrivals,
    [Symbol.asyncDispose]: () => client.endAsync(true),
  };
}
