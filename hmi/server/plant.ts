import type { z } from 'zod';
import { stateMessageSchema, type StateMessage } from '#edge/messages.schema.ts';
import { parseTopic, topicFilter } from '#edge/topics.ts';
import type { BrokerAddress } from '#host/broker-settings.ts';
import type { Log } from '#host/log.ts';
import { parseJson } from '#host/parse-json.ts';
import { storedMessageSchema } from '#hmi/server/plant-messages.schema.ts';
import { connectPlant } from '#store/mqtt/connect-plant.ts';

/** What the dashboard hears over MQTT. */
export interface Plant extends AsyncDisposable {
  /** null while connected, else why not. */
  readonly brokerTrouble: () => string | null;
  /** Latest retained state of each edge node, by station. */
  readonly states: () => ReadonlyMap<string, StateMessage>;
}

export interface PlantListener {
  /** Something was stored, or may have been while the broker was away. */
  readonly stored: () => void;
}

/** Listens to the plant for as long as it lives; connects again for ever. Returns at once, connected or not. */
export function listenToPlant(broker: BrokerAddress, log: Log, listener: PlantListener): Plant {
  const states = new Map<string, StateMessage>();
  let trouble: string | null = 'not connected yet';
  const client = connectPlant({ broker, name: 'hairline-hmi', log });
  client.on('connect', () => {
    trouble = null;
    client.subscribe([topicFilter('state'), topicFilter('stored')], { qos: 1 }, (error) => {
      if (!error) return;
      trouble = `cannot subscribe: ${error.message}`;
      log.warn({ err: error }, 'cannot subscribe at the broker');
    });
    listener.stored();
  });
  client.on('close', () => {
    trouble ??= 'the connection closed';
  });
  client.on('error', (error) => {
    trouble = messageOf(error);
  });
  client.on('message', (topic, payload) => {
    const name = parseTopic(topic)?.name;
    const text = payload.toString('utf8');
    if (name === 'stored' && read(storedMessageSchema, text, { topic, log })) listener.stored();
    const state = name === 'state' ? read(stateMessageSchema, text, { topic, log }) : null;
    if (state) states.set(state.stationId, state);
  });
  return {
    brokerTrouble: () => trouble,
    states: () => states,
    [Symbol.asyncDispose]: () => client.endAsync(true),
  };
}

function read<Output>(
  schema: z.ZodType<Output>,
  text: string,
  { topic, log }: { readonly topic: string; readonly log: Log },
): Output | null {
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  log.warn({ topic, faults: parsed.error.issues.map((issue) => issue.message) }, 'message not understood');
  return null;
}

function messageOf(error: Error & { readonly code?: string | number }): string {
  return error.message || String(error.code ?? error.name);
}
