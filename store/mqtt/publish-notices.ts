import type { MqttClient } from 'mqtt';
import type { Log } from '#host/log.ts';
import { topicOf, type MarkMessage, type StoredMessage } from '#edge/topics.ts';
import type { Mark } from '#store/ingest/advance-mark.ts';
import type { ReadableMessage } from '#store/ingest/read-message.ts';

/** Tells the edge nodes how far their streams are stored: retained, and only ever after the commit. */
export function publishMarks(client: MqttClient, marks: readonly Mark[], log: Log): void {
  for (const { site, line, stationId, streamId, sequence } of marks) {
    const notice: MarkMessage = { schemaVersion: 1, stationId, streamId, sequence };
    const topic = topicOf({ site, line, station: stationId }, 'mark');
    // A mark that gets lost is said again with the next message, which the edge then sends for the second time.
    client.publish(topic, JSON.stringify(notice), { qos: 1, retain: true }, (error) => {
      if (error) log.debug({ err: error, topic }, 'mark not published');
    });
  }
}

/** Tells live screens what is new. */
export function publishStored(client: MqttClient, stored: readonly ReadableMessage[], log: Log): void {
  const storedAt = new Date().toISOString();
  for (const { message } of stored) {
    const { site, line, stationId, inspectionId } = message;
    const notice: StoredMessage = { schemaVersion: 1, stationId, inspectionId, storedAt };
    const topic = topicOf({ site, line, station: stationId }, 'stored');
    client.publish(topic, JSON.stringify(notice), { qos: 1 }, (error) => {
      if (error) log.debug({ err: error, topic }, 'notice not published');
    });
  }
}
