import type { MqttClient } from 'mqtt';
import type { Channel } from '#mes/deliver-reports.ts';

/**
 * The unified namespace: each report as JSON on `<namespace>/<station>/report`, QoS 1. Acknowledged is what the broker
 * has acknowledged; while it is away, publishing waits for it.
 */
export function mqttChannel(client: MqttClient, namespace: string): Channel {
  return {
    name: 'mqtt',
    inFlightAtMost: 20,
    deliver: async (report) => {
      await client.publishAsync(`${namespace}/${report.stationId}/report`, JSON.stringify(report), { qos: 1 });
      return null;
    },
  };
}
