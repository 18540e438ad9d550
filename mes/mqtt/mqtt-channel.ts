import type { MqttClient } from 'mqtt';
import type { Log } from '#host/log.ts';
import { parseJson } from '#host/parse-json.ts';
import type { Channel } from '#mes/deliver-reports.ts';
import { replayRequestSchema, type ReportStatus } from '#mes/report.schema.ts';

const requestUpToBytes = 1_000;

/**
 * The unified namespace: each report as JSON on `<namespace>/<station>/report`, QoS 1. Acknowledged is what the broker
 * has acknowledged; while it is away, publishing waits for it. A broker may lose what it has acknowledged: therefore
 * `<namespace>/report-status` says, retained, which report was the last, and a receiver that misses one asks on
 * `<namespace>/report-replay`.
 */
export function mqttChannel(client: MqttClient, namespace: string, log: Log): Channel {
  let upTo: number | null = null;
  let again: number | null = null;
  const tellStatus = (): void => {
    if (upTo === null) return;
    const status: ReportStatus = { schemaVersion: 1, lastReportNo: upTo };
    client.publish(`${namespace}/report-status`, JSON.stringify(status), { qos: 1, retain: true }, (error) => {
      if (error) log.debug({ err: error }, 'status of the reports not published');
    });
  };
  const replayTopic = `${namespace}/report-replay`;
  client.on('connect', () => {
    tellStatus();
    client.subscribe(replayTopic, { qos: 1 }, (error) => {
      if (error) log.warn({ err: error, topic: replayTopic }, 'subscription not made');
    });
  });
  client.on('message', (topic, payload) => {
    if (topic !== replayTopic) return;
    const text = payload.byteLength > requestUpToBytes ? '' : payload.toString('utf8');
    const request = replayRequestSchema.safeParse(parseJson(text));
    if (request.success) again = Math.min(again ?? Infinity, request.data.fromReportNo);
    else log.warn({ topic, bytes: payload.byteLength }, 'request for a replay that cannot be read');
  });
  return {
    name: 'mqtt',
    inFlightAtMost: 20,
    deliver: async (report) => {
      await client.publishAsync(`${namespace}/${report.stationId}/report`, JSON.stringify(report), { qos: 1 });
      return null;
    },
    noted: (reportNo) => {
      upTo = reportNo;
      tellStatus();
    },
    askedAgain: () => {
      const asked = again;
      again = null;
      return asked;
    },
  };
}
