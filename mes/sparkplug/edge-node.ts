import { setTimeout as sleep } from 'node:timers/promises';
import { stateMessageSchema } from '#edge/messages.schema.ts';
import { parseTopic } from '#edge/topics.ts';
import type { BrokerAddress } from '#host/broker-settings.ts';
import type { Log } from '#host/log.ts';
import { parseJson } from '#host/parse-json.ts';
import { withoutPassword } from '#host/without-password.ts';
import type { Channel } from '#mes/deliver-reports.ts';
import { createDevices, type Devices } from '#mes/sparkplug/devices.ts';
import { createHostState, type HostState } from '#mes/sparkplug/host-state.ts';
import { openSession, type Session } from '#mes/sparkplug/open-session.ts';
import { readCommand } from '#mes/sparkplug/payload.ts';
import { deviceTopic, nodeTopic, stateTopic, type SparkplugIds } from '#mes/sparkplug/topic.ts';
import type { Database } from '#store/database.ts';
import { lastReportNo, nextBdSeq } from '#store/queries/sparkplug.ts';

export interface EdgeNodeOptions {
  readonly broker: BrokerAddress;
  readonly ids: SparkplugIds;
  readonly database: Database;
  readonly log: Log;
  /** Unix time in ms. */
  readonly now: () => number;
}

/** Our Sparkplug edge node, whose devices are the stations. */
export interface EdgeNode {
  readonly channel: Channel;
  /** Holds one session after the other until told to stop: in the elected process only. Throws what the database throws. */
  readonly run: (stop: AbortSignal) => Promise<void>;
}

const firstPauseMs = 500;
const longestPauseMs = 30_000;
const commandUpToBytes = 10_000;
/** The broker was never reached, so it has not seen the birth number either. */
const unreached = new Set<unknown>(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * Sparkplug B by the specification 3.0.0: births and deaths with `bdSeq`, data with `seq`, rebirth on command, data that
 * waits while the primary host is away. A report counts as delivered when the broker has read it; that anybody heard it
 * nobody can say, for the data are QoS 0.
 */
export function createEdgeNode(options: EdgeNodeOptions): EdgeNode {
  const { database, ids, log, now } = options;
  const devices = createDevices({ database, now });
  const host = createHostState(log);
  return {
    // One report at a time: counters stand in the order of the reports.
    channel: { name: 'sparkplug', inFlightAtMost: 1, deliver: devices.deliver, noted: devices.noted },
    run: async (stop) => {
      await devices.load();
      let bdSeq: number | null = null;
      let pauseMs = firstPauseMs;
      while (!stop.aborted) {
        bdSeq ??= await nextBdSeq(database, `${ids.group}/${ids.node}`);
        const outcome = await holdSession({ ...options, devices, host, bdSeq, stop });
        if (outcome !== 'unreached') bdSeq = null;
        pauseMs = outcome === 'was born' ? firstPauseMs : Math.min(pauseMs * 2, longestPauseMs);
        await sleep(pauseMs, undefined, { signal: stop });
      }
    },
  };
}

interface SessionWork extends EdgeNodeOptions {
  readonly devices: Devices;
  readonly host: HostState;
  readonly bdSeq: number;
  readonly stop: AbortSignal;
}

type Outcome = 'was born' | 'not born' | 'unreached';

/** One session from CONNECT to its end, of its own accord or not. */
async function holdSession(work: SessionWork): Promise<Outcome> {
  const { ids, log, broker, devices, bdSeq, stop } = work;
  const place = withoutPassword(broker.url);
  const hostCame = Promise.withResolvers<void>();
  const hostWent = new AbortController();
  let isHostThere = false;
  const heard = (topic: string, payload: Uint8Array): void => {
    if (parseTopic(topic)) return hearStation(work, topic, payload);
    if (ids.host === null || topic !== stateTopic(ids.host)) return obey(work, topic, payload);
    const state = work.host.hear(payload);
    if (state === 'offline' && isHostThere) hostWent.abort(new Error('the primary host is offline'));
    if (state === 'online') hostCame.resolve();
    isHostThere ||= state === 'online';
  };
  let session: Session;
  try {
    session = await openSession({ ...work, heard, stop: AbortSignal.any([stop, hostWent.signal]) });
  } catch (error) {
    stop.throwIfAborted();
    log.warn({ code: 'BROKER_UNREACHABLE', place, err: error }, 'no Sparkplug session; trying again');
    return error instanceof Error && 'code' in error && unreached.has(error.code) ? 'unreached' : 'not born';
  }
  await using opened = session;
  const over = untilAborted(opened.over);
  log.info({ broker: place, group: ids.group, node: ids.node, bdSeq, host: ids.host }, 'Sparkplug session open');
  if (ids.host !== null) await Promise.race([hostCame.promise, over]);
  const queuedUpTo = await lastReportNo(work.database);
  if (opened.over.aborted) return 'not born';
  devices.born(opened, queuedUpTo);
  log.info({ node: ids.node, bdSeq, queuedUpTo }, 'Sparkplug node born');
  await over;
  devices.gone();
  if (!stop.aborted) log.warn({ err: opened.over.reason as unknown, bdSeq }, 'Sparkplug session over');
  return 'was born';
}

function hearStation({ devices, log }: SessionWork, topic: string, payload: Uint8Array): void {
  const state = stateMessageSchema.safeParse(parseJson(Buffer.from(payload).toString('utf8')));
  if (state.success) devices.stationSays(state.data);
  else log.warn({ topic }, 'state of a station that cannot be read');
}

/** What a host may command is a rebirth, of the node with all its devices or of one device. */
function obey({ ids, devices, log }: SessionWork, topic: string, payload: Uint8Array): void {
  const commands = payload.byteLength <= commandUpToBytes ? commandsIn(payload) : null;
  const device = topic.slice(deviceTopic(ids, 'DCMD', '').length);
  const rebirth = topic === nodeTopic(ids, 'NCMD') ? 'Node Control/Rebirth' : 'Device Control/Rebirth';
  if (!commands?.includes(rebirth)) return log.warn({ topic, commands }, 'Sparkplug command not understood');
  log.info({ topic }, 'Sparkplug rebirth');
  if (topic === nodeTopic(ids, 'NCMD')) devices.rebirth();
  else devices.rebirth(device);
}

function commandsIn(payload: Uint8Array): readonly string[] | null {
  try {
    return readCommand(payload);
  } catch {
    return null;
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
