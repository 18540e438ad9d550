import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { deviceMetrics } from '#mes/sparkplug/device.ts';
import { appendDisposition } from '#store/append-disposition.ts';
import { forgetChannel } from '#store/queries/report-channel.ts';
import { hasMosquitto, type BrokerKind } from '../support/broker.ts';
import { uuidOf } from '../support/inspection-message.ts';
import { valuesOf, type HeardMessage } from '../support/sparkplug-listener.ts';
import { sparkplugPlant } from '../support/sparkplug-plant.ts';

const brokers: readonly BrokerKind[] = hasMosquitto() ? ['Mosquitto', 'aedes'] : ['aedes'];
const patience = { timeout: 60_000, interval: 20 };
const waitFor = (check: () => void | Promise<void>): Promise<void> => vi.waitFor(check, patience);
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);
const followsOn = (messages: readonly HeardMessage[]): void => {
  for (const [index, { seq }] of messages.entries()) expect(seq).toBe(index % 256);
};

describe.each(brokers)('a Sparkplug edge node on %s', (brokerKind) => {
  let stack = new AsyncDisposableStack();
  const plant = () => {
    stack = new AsyncDisposableStack();
    return sparkplugPlant(brokerKind, stack);
  };
  afterEach(() => stack.disposeAsync());

  it('is born before it says anything else, and its online stations with it', async () => {
    const { listener, station, inspect, start } = await plant();
    await station('pcb', 'online');
    await station('away', 'offline');
    start();
    await waitFor(() => expect(listener.of('DBIRTH')).toHaveLength(1));
    await inspect('pcb', [1]);
    await waitFor(() => expect(listener.of('DDATA')).toHaveLength(1));
    expect(listener.heard.map(({ topic }) => topic)).toEqual([
      'spBv1.0/plant/NBIRTH/line1',
      'spBv1.0/plant/DBIRTH/line1/pcb',
      'spBv1.0/plant/DDATA/line1/pcb',
    ]);
    followsOn(listener.heard);
    expect(listener.heard[0]?.metrics).toMatchObject([
      { name: 'bdSeq', type: 'Int64', value: 0 },
      { name: 'Node Control/Rebirth', type: 'Boolean', value: false },
    ]);
    for (const message of listener.heard) {
      expect(message).toMatchObject({ qos: 0, retain: false });
      expect(Math.abs(Date.now() - (message.timestamp ?? 0))).toBeLessThan(600_000);
      for (const metric of message.metrics) expect(metric.timestamp).toBeGreaterThan(0);
    }
  });

  it('names every metric of a station at its birth, with type and value, in the order of their instants', async () => {
    const { listener, station, inspect, settled, start } = await plant();
    await station('pcb', 'online');
    await inspect('pcb', [1]);
    start();
    await settled();
    await listener.command('spBv1.0/plant/NCMD/line1', 'Node Control/Rebirth');
    await waitFor(() => expect(listener.of('DBIRTH')).toHaveLength(2));
    for (const { metrics } of listener.of('DBIRTH')) {
      expect(Object.fromEntries(metrics.map(({ name, type }) => [name, type]))).toEqual(deviceMetrics);
      const instants = metrics.map(({ timestamp }) => timestamp ?? 0);
      expect(instants).toEqual(instants.toSorted((a, b) => a - b));
    }
    const [before, after] = listener.of('DBIRTH').map(valuesOf);
    expect(before).toMatchObject({ 'Station/Online': true, 'Count/Pass': 0, 'Inspection/Serial': null });
    expect(after).toMatchObject({ 'Station/Online': true, 'Count/Pass': 1, 'Inspection/Serial': 'S-000001' });
  });

  it('says of each report what it changes, and counts by verdict', async () => {
    const { database, listener, station, inspect, settled, start } = await plant();
    await station('pcb', 'online');
    start();
    await waitFor(() => expect(listener.of('DBIRTH')).toHaveLength(1));
    const [, , third] = await inspect('pcb', [1, 2, 3, 7]);
    await settled();
    const decision = {
      disposition: 'accept',
      verified: 'false-call',
      reason: 'dust',
      decidedBy: 'maria',
      personId: null,
      address: null,
    } as const;
    await appendDisposition(database, {
      dispositionId: uuidOf('disposition'),
      inspectionId: third?.inspectionId ?? '',
      ...decision,
    });
    await waitFor(() => expect(listener.of('DDATA')).toHaveLength(5));
    const said = listener.of('DDATA').map(valuesOf);
    expect(said[2]).toMatchObject({
      'Inspection/ID': third?.inspectionId,
      'Inspection/Serial': 'S-000003',
      'Inspection/Attempt': 1,
      'Inspection/Verdict': 'fail',
      'Inspection/Defects': 1,
      'Inspection/Time ms': 400,
      'Inspection/Reviewer Bypassed': false,
      'Inspection/Decided At': Date.parse(third?.decidedAt ?? ''),
      'Count/Fail': 1,
    });
    expect(said.map((values) => values['Count/Pass'])).toEqual([1, 2, undefined, undefined, undefined]);
    expect(said[3]).toMatchObject({ 'Inspection/Verdict': 'undecided', 'Count/Undecided': 1 });
    expect(said[4]).toMatchObject({ 'Disposition/Inspection ID': third?.inspectionId, 'Disposition/Name': 'accept' });
    expect(said[4]).not.toHaveProperty('Inspection/ID');
    expect(listener.of('DDATA').every(({ metrics }) => metrics.every(({ historical }) => !historical))).toBe(true);
  });

  it('counts anew, and not twice, when its channel was forgotten and begins at the first report', async () => {
    const { database, listener, station, inspect, settled, start } = await plant();
    await station('pcb', 'online');
    const stop = start();
    await waitFor(() => expect(listener.of('DBIRTH')).toHaveLength(1));
    await inspect('pcb', [1, 2, 3]);
    await settled();
    await stop();
    expect(await forgetChannel(database, 'sparkplug', 'maria')).toBe(true);
    start();
    await settled();
    await waitFor(() => expect(listener.of('DDATA')).toHaveLength(7));
    expect(valuesOf(listener.of('DDATA').at(-1))).toMatchObject({ 'Count/Pass': 2, 'Count/Fail': 1 });
  });

  it('numbers what it says from 0 to 255 and then from 0 again', async () => {
    const { listener, station, inspect, settled, start } = await plant();
    await station('pcb', 'online');
    start();
    await waitFor(() => expect(listener.of('DBIRTH')).toHaveLength(1));
    await inspect('pcb', upTo(260));
    await settled();
    await waitFor(() => expect(listener.of('DDATA')).toHaveLength(260));
    followsOn(listener.heard);
    expect(listener.heard.some(({ seq }) => seq === 255)).toBe(true);
  });

  it('says all births again with the birth number of its session when a host asks, and that of one station', async () => {
    const { listener, station, inspect, settled, start } = await plant();
    await station('pcb', 'online');
    await station('ballscrew', 'online');
    start();
    await waitFor(() => expect(listener.of('DBIRTH')).toHaveLength(2));
    await inspect('pcb', [1]);
    await settled();
    const before = listener.heard.length;
    await listener.command('spBv1.0/plant/NCMD/line1', 'Node Control/Rebirth');
    await waitFor(() => expect(listener.heard).toHaveLength(before + 3));
    const again = listener.heard.slice(before);
    expect(again.map(({ kind }) => kind)).toEqual(['NBIRTH', 'DBIRTH', 'DBIRTH']);
    followsOn(again);
    expect(valuesOf(again[0])['bdSeq']).toBe(0);
    await listener.command('spBv1.0/plant/DCMD/line1/ballscrew', 'Device Control/Rebirth');
    await waitFor(() => expect(listener.of('DBIRTH', 'ballscrew')).toHaveLength(3));
    await inspect('pcb', [2]);
    await waitFor(() => expect(listener.of('DDATA', 'pcb')).toHaveLength(2));
    followsOn(listener.heard.slice(before));
  });

  it('is not moved by commands that it does not know or cannot read', async () => {
    const { listener, station, inspect, start } = await plant();
    await station('pcb', 'online');
    start();
    await waitFor(() => expect(listener.of('DBIRTH')).toHaveLength(1));
    await listener.publish('spBv1.0/plant/NCMD/line1', 'garbage{}');
    await listener.publish('spBv1.0/plant/NCMD/line1', Buffer.alloc(20_000));
    await listener.command('spBv1.0/plant/NCMD/line1', 'Node Control/Reboot', 'Device Control/Rebirth');
    await listener.command('spBv1.0/plant/DCMD/line1/nobody', 'Device Control/Rebirth');
    await inspect('pcb', [1]);
    await waitFor(() => expect(listener.of('DDATA')).toHaveLength(1));
    expect(listener.heard.map(({ kind }) => kind)).toEqual(['NBIRTH', 'DBIRTH', 'DDATA']);
  });

  it('says that a station died when it goes offline, and that it is born when it comes back', async () => {
    const { listener, station, start } = await plant();
    await station('pcb', 'online');
    start();
    await waitFor(() => expect(listener.of('DBIRTH')).toHaveLength(1));
    await station('pcb', 'offline');
    await waitFor(() => expect(listener.of('DDEATH')).toHaveLength(1));
    await station('pcb', 'online');
    await waitFor(() => expect(listener.of('DBIRTH')).toHaveLength(2));
    followsOn(listener.heard);
    expect(listener.heard.map(({ topic }) => topic.split('/')[2])).toEqual(['NBIRTH', 'DBIRTH', 'DDEATH', 'DBIRTH']);
    expect(listener.of('DDEATH')[0]).toMatchObject({ topic: 'spBv1.0/plant/DDEATH/line1/pcb', qos: 0, retain: false });
    expect(listener.of('DDEATH')[0]?.timestamp).toBeGreaterThan(0);
  });

  it('marks data that waited for its session as historical, and then says how things stand', async () => {
    const { listener, station, inspect, settled, start } = await plant();
    await station('pcb', 'online');
    await inspect('pcb', [1, 2, 3]);
    start();
    await settled();
    await waitFor(() => expect(listener.of('DDATA')).toHaveLength(4));
    const flags = listener.of('DDATA').map(({ metrics }) => [...new Set(metrics.map(({ historical }) => historical))]);
    expect(flags).toEqual([[true], [true], [true], [false]]);
    expect(valuesOf(listener.of('DDATA')[3])).toMatchObject({ 'Count/Pass': 2, 'Count/Fail': 1 });
    await inspect('pcb', [4]);
    await waitFor(() => expect(listener.of('DDATA')).toHaveLength(5));
    expect(listener.of('DDATA')[4]?.metrics.some(({ historical }) => historical)).toBe(false);
  });

  it('marks a record as historical that its edge node could not send for a while', async () => {
    const { listener, station, inspect, start } = await plant();
    await station('pcb', 'online');
    start();
    await waitFor(() => expect(listener.of('DBIRTH')).toHaveLength(1));
    await inspect('pcb', [1], 3_600_000);
    await waitFor(() => expect(listener.of('DDATA')).toHaveLength(2));
    expect(listener.of('DDATA').map(({ metrics }) => metrics[0]?.historical)).toEqual([true, false]);
  });

  it('says reports of a station that is away between a birth and a death of their own', async () => {
    const { listener, station, inspect, settled, start } = await plant();
    await station('pcb', 'offline');
    await inspect('pcb', [1, 2]);
    start();
    await settled();
    await waitFor(() => expect(listener.of('DDEATH')).toHaveLength(1));
    expect(listener.heard.map(({ kind }) => kind)).toEqual(['NBIRTH', 'DBIRTH', 'DDATA', 'DDATA', 'DDEATH']);
    expect(valuesOf(listener.of('DBIRTH')[0])['Station/Online']).toBe(false);
    followsOn(listener.heard);
  });

  it('waits for its primary host, and begins anew when the host goes', async () => {
    const { listener, station, inspect, hostSays, settled, start } = await plant();
    await station('pcb', 'online');
    await hostSays(false, 1_000);
    await listener.publish('spBv1.0/STATE/other', JSON.stringify({ online: true, timestamp: 5_000 }), true);
    await inspect('pcb', [1]);
    start('scada');
    await sleep(1_000);
    await listener.publish('spBv1.0/STATE/scada', 'ONLINE');
    await hostSays(true, 999);
    await sleep(300);
    expect(listener.heard).toEqual([]);
    await hostSays(true, 2_000);
    await settled();
    expect(listener.of('DDATA')[0]?.metrics[0]?.historical).toBe(true);
    await hostSays(false, 1_500);
    await inspect('pcb', [2]);
    await settled();
    expect(listener.of('NDEATH'), 'an older state does not count').toEqual([]);
    await hostSays(false, 3_000);
    await waitFor(() => expect(listener.of('NDEATH')).toHaveLength(1));
    await inspect('pcb', [3]);
    await sleep(1_500);
    expect(listener.of('NBIRTH')).toHaveLength(1);
    await hostSays(true, 4_000);
    await settled();
    expect(listener.of('NBIRTH').map((birth) => valuesOf(birth)['bdSeq'])).toEqual([0, 1]);
    expect(listener.of('NDEATH').map((death) => valuesOf(death)['bdSeq'])).toEqual([0]);
    const late = listener.heard.slice(listener.heard.findLastIndex(({ kind }) => kind === 'NBIRTH'));
    expect(late.map(({ kind }) => kind).slice(0, 3)).toEqual(['NBIRTH', 'DBIRTH', 'DDATA']);
    expect(valuesOf(late[2])).toMatchObject({ 'Inspection/Serial': 'S-000003', 'Count/Fail': 1 });
    expect(late[2]?.metrics[0]?.historical).toBe(true);
  });
});
