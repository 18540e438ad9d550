import type { StateMessage } from '#edge/messages.schema.ts';
import type { Channel } from '#mes/deliver-reports.ts';
import type { Report } from '#mes/report.schema.ts';
import { changesOf, metricsOf, valuesFrom, wasBypassed, type DeviceValues } from '#mes/sparkplug/device.ts';
import type { Session } from '#mes/sparkplug/open-session.ts';
import type { Database } from '#store/database.ts';
import { keepSparkplugDevice, sparkplugDevices } from '#store/queries/sparkplug.ts';

/** The stations as Sparkplug devices: when each is born, what it says, when it dies. */
export interface Devices extends Required<Pick<Channel, 'deliver' | 'noted'>> {
  /** A run begins: takes up what was last said, by whichever process. Reports that still wait from before it are refused. */
  readonly load: () => Promise<void>;
  /** The session may speak: node and online stations are born. Reports up to `queuedUpTo` have waited for it: late data. */
  readonly born: (session: Session, queuedUpTo: number) => void;
  /** The session is over: reports wait for the next one, and who is online is known again then. */
  readonly gone: () => void;
  /** Says all births again, or that of one device. */
  readonly rebirth: (id?: string) => void;
  readonly stationSays: (state: StateMessage) => void;
}

/** Where the record came to the store so long after the verdict, the edge node was cut off: late data. Two clocks. */
const lateAfterMs = 60_000;

interface Device {
  readonly id: string;
  values: DeviceValues;
  isBorn: boolean;
  /** The last thing a host has heard is late data: it does not know yet that this is how things stand. */
  isBehind: boolean;
}

interface Voice {
  readonly session: Session;
  readonly queuedUpTo: number;
}

export function createDevices({ database, now }: { readonly database: Database; readonly now: () => number }): Devices {
  const devices = new Map<string, Device>();
  let voice: Voice | null = null;
  let speaking = unspoken();
  const deviceOf = (id: string): Device => {
    const device = devices.get(id) ?? { id, values: valuesFrom({}, now()), isBorn: false, isBehind: false };
    devices.set(id, device);
    return device;
  };
  return {
    load: async () => {
      // The run that waited for it is over: the present one delivers these reports itself.
      speaking.reject(new Error('the run that would deliver this report is over'));
      speaking = unspoken();
      for (const { stationId, metrics } of await sparkplugDevices(database)) {
        const device = deviceOf(stationId);
        device.values = { ...valuesFrom(metrics, now()), 'Station/Online': device.values['Station/Online'] };
      }
    },
    born: (session, queuedUpTo) => {
      voice = { session, queuedUpTo };
      allBirths(session, devices.values());
      speaking.resolve(voice);
    },
    gone: () => {
      voice = null;
      speaking = unspoken();
      for (const device of devices.values()) {
        device.isBorn = false;
        device.values = { ...device.values, 'Station/Online': { value: false, at: now() } };
      }
    },
    rebirth: (id) => {
      const device = id === undefined ? undefined : devices.get(id);
      if (voice && id === undefined) allBirths(voice.session, devices.values());
      if (voice && device?.isBorn) birth(voice.session, device);
    },
    stationSays: ({ stationId, state, at }) => {
      const device = deviceOf(stationId);
      const online = { value: state === 'online', at: Date.parse(at) || now() };
      device.values = { ...device.values, 'Station/Online': online };
      if (voice) showPresence(voice, device);
    },
    deliver: async (report, { message }) => {
      const { session, queuedUpTo } = await speaking.promise;
      const device = deviceOf(report.stationId);
      const changes = changesOf(device.values, report, message !== null && wasBypassed(message));
      const historical = report.reportNo <= queuedUpTo || wasStoredLate(report);
      if (!device.isBorn) birth(session, device);
      session.tell('DDATA', device.id, { metrics: metricsOf(changes), historical });
      device.values = { ...device.values, ...changes };
      device.isBehind = historical;
      await session.answered();
      await keepSparkplugDevice(database, device.id, device.values);
      return null;
    },
    noted: (reportNo) => {
      if (voice && reportNo >= voice.queuedUpTo) for (const device of devices.values()) catchUp(voice.session, device);
    },
  };
}

/** The voice of a session to come; that it never comes is no error where no report waits for it. */
function unspoken(): PromiseWithResolvers<Voice> {
  const coming = Promise.withResolvers<Voice>();
  coming.promise.catch(() => undefined);
  return coming;
}

/** Birth certificates of the node and of every station that is online, in one go: no data can come between them. */
function allBirths(session: Session, devices: Iterable<Device>): void {
  session.nodeBirth();
  for (const device of devices) {
    device.isBorn = false;
    if (isOnline(device)) birth(session, device);
  }
}

function birth(session: Session, device: Device): void {
  session.tell('DBIRTH', device.id, { metrics: metricsOf(device.values) });
  device.isBorn = true;
  device.isBehind = false;
}

function death(session: Session, device: Device): void {
  session.tell('DDEATH', device.id, { metrics: [] });
  device.isBorn = false;
}

function showPresence({ session }: Voice, device: Device): void {
  if (!isOnline(device)) {
    if (device.isBorn) death(session, device);
  } else if (device.isBorn) {
    session.tell('DDATA', device.id, { metrics: metricsOf({ 'Station/Online': device.values['Station/Online'] }) });
  } else {
    birth(session, device);
  }
}

/** After late data: a station that is away dies again, the values of another one are said as those of now. */
function catchUp(session: Session, device: Device): void {
  if (!device.isBorn) return;
  if (!isOnline(device)) death(session, device);
  else if (device.isBehind) session.tell('DDATA', device.id, { metrics: metricsOf(device.values) });
  device.isBehind = false;
}

function isOnline({ values }: Device): boolean {
  return values['Station/Online'].value === true;
}

function wasStoredLate(report: Report): boolean {
  return report.kind === 'inspection' && Date.parse(report.storedAt) - Date.parse(report.decidedAt) > lateAfterMs;
}
