import mqtt from 'mqtt';
import type { InspectionMessage } from '#edge/messages.schema.ts';
import { topicOf } from '#edge/topics.ts';
import { topicOfMessage } from './inspection-message.ts';

/** Sends messages of one stream by the rules of docs/topics.md: until the store's mark covers them, over any outage. */
export interface MessageSender extends AsyncDisposable {
  readonly push: (message: InspectionMessage) => void;
  readonly mark: () => number;
  /** Every mark in the order of arrival. */
  readonly marks: readonly number[];
}

export function sendMessages(url: string, first: InspectionMessage): MessageSender {
  const held = new Map<number, InspectionMessage>();
  const marks: number[] = [];
  const path = { site: first.site, line: first.line, station: first.stationId };
  const client = mqtt.connect(url, { protocolVersion: 4, reconnectPeriod: 100, clean: true });
  const send = (message: InspectionMessage): void => {
    if (!client.connected) return;
    client.publish(topicOfMessage(message), JSON.stringify(message), { qos: 1 }, () => {
      // The mark alone counts.
    });
  };
  const sendAll = (): void => [...held.values()].forEach(send);
  client.on('connect', () => {
    client.subscribe(topicOf(path, 'mark'), { qos: 1 });
    sendAll();
  });
  client.on('message', (_, payload) => {
    const mark = JSON.parse(payload.toString()) as { streamId: string; sequence: number };
    if (mark.streamId !== first.streamId) return;
    marks.push(mark.sequence);
    for (const sequence of held.keys()) if (sequence <= mark.sequence) held.delete(sequence);
  });
  const again = setInterval(sendAll, 1_000);
  return {
    push: (message) => {
      held.set(message.sequence, message);
      send(message);
    },
    mark: () => marks.at(-1) ?? 0,
    marks,
    [Symbol.asyncDispose]: async () => {
      clearInterval(again);
      await client.endAsync(true);
    },
  };
}
