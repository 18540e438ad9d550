import mqtt from 'mqtt';
import { reportSchema, reportStatusSchema, type Report } from '#mes/report.schema.ts';

/** An MES at the other end of the unified namespace, built on docs/reports.md: asks for what it misses. */
export interface ReportReceiver extends AsyncDisposable {
  /** Each report once, by its id, in the order of their numbers. */
  readonly reports: () => readonly Report[];
  /** Messages on the wire, repetitions too. */
  readonly arrivals: () => number;
  /** Up to this number every report has been seen. */
  readonly gaplessUpTo: () => number;
}

const askAgainAfterMs = 500;

export function receiveReports(url: string, namespace: string): ReportReceiver {
  const byId = new Map<string, Report>();
  /** The chain: number of a report by the number of the one before it. */
  const following = new Map<number, number>();
  let arrivals = 0;
  let gaplessUpTo = 0;
  let askedAt = 0;
  const client = mqtt.connect(url, { protocolVersion: 4, reconnectPeriod: 100, clean: true });
  const ask = (): void => {
    if (performance.now() - askedAt < askAgainAfterMs) return;
    askedAt = performance.now();
    const request = JSON.stringify({ schemaVersion: 1, fromReportNo: gaplessUpTo + 1 });
    client.publish(`${namespace}/report-replay`, request, { qos: 1 });
  };
  let lastReportNo = 0;
  const again = setInterval(() => {
    if (client.connected && lastReportNo > gaplessUpTo) ask();
  }, askAgainAfterMs);
  client.on('connect', () => client.subscribe([`${namespace}/+/report`, `${namespace}/report-status`], { qos: 1 }));
  // It connects again by itself.
  client.on('error', () => undefined);
  client.on('message', (topic, payload) => {
    const value: unknown = JSON.parse(payload.toString());
    if (topic.endsWith('/report-status')) {
      lastReportNo = reportStatusSchema.parse(value).lastReportNo;
      return;
    }
    const report = reportSchema.parse(value);
    arrivals += 1;
    byId.set(report.reportId, report);
    following.set(report.previousReportNo ?? 0, report.reportNo);
    for (let next = following.get(gaplessUpTo); next !== undefined; next = following.get(gaplessUpTo)) {
      gaplessUpTo = next;
    }
  });
  return {
    reports: () => [...byId.values()].toSorted((a, b) => a.reportNo - b.reportNo),
    arrivals: () => arrivals,
    gaplessUpTo: () => gaplessUpTo,
    [Symbol.asyncDispose]: async () => {
      clearInterval(again);
      await client.endAsync(true);
    },
  };
}
