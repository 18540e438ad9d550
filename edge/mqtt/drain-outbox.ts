import type { MqttClient } from 'mqtt';
import type { Log } from '#host/log.ts';
import { parseJson } from '#host/parse-json.ts';
import type { Health } from '#edge/health.ts';
import { markSchema } from '#edge/mqtt/mark.schema.ts';
import { createSendWindow, type WindowBounds } from '#edge/mqtt/send-window.ts';
import type { Outbox } from '#edge/outbox/outbox.ts';
import { topicOf, type StationPath } from '#edge/topics.ts';

export interface DrainOptions extends WindowBounds {
  readonly client: MqttClient;
  readonly outbox: Outbox;
  readonly path: StationPath;
  readonly log: Log;
  readonly health: Health;
  /** After this time without a move of the mark, everything above it is sent again. */
  readonly resendAfterMs: number;
}

/** Moves messages from the outbox to the broker. */
export interface Drain extends Disposable {
  /** To be called after every commit. */
  kick(): void;
}

/**
 * Publishes the messages of the outbox in order. The broker's acknowledgement only moves the send window; a message is
 * deleted when the store's mark for this very stream covers it, and sent again after every new connection and whenever
 * the mark stands still.
 */
export function drainOutbox(options: DrainOptions): Drain {
  const { client, outbox, path, log } = options;
  const topic = topicOf(path, 'inspection');
  const markTopic = topicOf(path, 'mark');
  const window = createSendWindow(outbox, options, (message, done) => {
    client.publish(topic, message.body, { qos: 1 }, (error) => {
      if (error) log.debug({ err: error, sequence: message.sequence }, 'message not acknowledged; sent again later');
      done();
    });
  });
  let standsStill = false;
  const idle = setInterval(() => {
    if (!window.stands()) return;
    if (!standsStill) log.warn({ ...outbox.depth() }, 'the mark of the store stands still; sending again');
    standsStill = true;
    window.restart(true);
  }, options.resendAfterMs);

  const onConnect = (): void => {
    client.subscribe(markTopic, { qos: 1 }, (error) => {
      if (error) log.warn({ err: error }, 'mark not subscribed; it comes with the next connection');
    });
    window.restart(true);
  };
  const onClose = (): void => window.restart(false);
  const onMessage = (received: string, payload: Uint8Array): void => {
    const mark = received === markTopic ? takeMark(payload, options) : null;
    if (mark === null) return;
    idle.refresh();
    standsStill = false;
    window.moveTo(mark);
  };
  client.on('connect', onConnect).on('close', onClose).on('message', onMessage);
  if (client.connected) onConnect();
  return {
    kick: window.kick,
    [Symbol.dispose]: () => {
      clearInterval(idle);
      window.restart(false);
      client.off('connect', onConnect).off('close', onClose).off('message', onMessage);
    },
  };
}

/** Deletes what a mark covers and answers it; null where it deletes nothing. */
function takeMark(payload: Uint8Array, { outbox, log, health }: DrainOptions): number | null {
  const mark = readMark(payload, outbox.streamId, log);
  if (mark === null) return null;
  const deleted = outbox.deleteUpTo(mark);
  if (deleted === -1) {
    const detail = 'the store holds messages that this outbox never wrote: an old copy was put back';
    const wayOut = 'Stop the edge node and move its outbox away: a new stream begins, and the store keeps both.';
    health.set('outbox', 'fault', detail, wayOut);
    log.error({ mark, ...outbox.depth() }, 'mark above the last sequence ever written');
    return null;
  }
  health.set('outbox', 'ok', 'the store confirms what it holds');
  return deleted > 0 ? mark : null;
}

/** The sequence of a mark for this stream; null for another stream's or one that breaks the format. */
function readMark(payload: Uint8Array, streamId: string, log: Log): number | null {
  const parsed = markSchema.safeParse(parseJson(Buffer.from(payload).toString('utf8')));
  if (!parsed.success) {
    log.warn({ err: parsed.error }, 'mark not understood');
    return null;
  }
  if (parsed.data.streamId === streamId) return parsed.data.sequence;
  // Retained from an outbox that this station had before: it says nothing about ours.
  log.debug({ streamId: parsed.data.streamId }, 'mark of another stream');
  return null;
}
