import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { hasMosquitto, type BrokerKind } from '../support/broker.ts';
import { valuesOf } from '../support/sparkplug-listener.ts';
import { sparkplugPlant } from '../support/sparkplug-plant.ts';

const brokers: readonly BrokerKind[] = hasMosquitto() ? ['Mosquitto', 'aedes'] : ['aedes'];
const patience = { timeout: 60_000, interval: 20 };
const waitFor = (check: () => void | Promise<void>): Promise<void> => vi.waitFor(check, patience);
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

describe.each(brokers)('a Sparkplug edge node whose session ends, on %s', (brokerKind) => {
  let stack = new AsyncDisposableStack();
  const plant = () => {
    stack = new AsyncDisposableStack();
    return sparkplugPlant(brokerKind, stack);
  };
  afterEach(() => stack.disposeAsync());

  it('says a report once, however many runs ended that waited for their session to say it', async () => {
    const { listener, station, inspect, hostSays, settled, edgeNode, run } = await plant();
    await station('pcb', 'online');
    await hostSays(false, 1_000);
    await inspect('pcb', [1]);
    const node = edgeNode('scada');
    for (let ended = 0; ended < 3; ended += 1) {
      const stop = run(node);
      await sleep(500);
      await stop();
    }
    run(node);
    await hostSays(true, 2_000);
    await settled();
    await waitFor(() => expect(listener.of('DDATA').at(-1)?.metrics[0]?.historical).toBe(false));
    expect(listener.of('DDATA').map(({ metrics }) => metrics[0]?.historical)).toEqual([true, false]);
  });

  it('says its death before it goes of its own accord, with nothing in it but its birth number', async () => {
    const { listener, start } = await plant();
    const stop = start();
    await waitFor(() => expect(listener.of('NBIRTH')).toHaveLength(1));
    await stop();
    await waitFor(() => expect(listener.of('NDEATH')).toHaveLength(1));
    await sleep(300);
    expect(listener.of('NDEATH')).toMatchObject([
      {
        topic: 'spBv1.0/plant/NDEATH/line1',
        seq: null,
        retain: false,
        metrics: [{ name: 'bdSeq', type: 'Int64', value: 0 }],
      },
    ]);
  });

  it('comes back with the next birth number when the broker was killed, and has lost no report', async () => {
    const { broker, listener, station, inspect, settled, start } = await plant();
    await station('pcb', 'online');
    start();
    await waitFor(() => expect(listener.of('DBIRTH')).toHaveLength(1));
    await broker.kill();
    await inspect('pcb', upTo(5));
    await sleep(1_500);
    await broker.start();
    await settled();
    await waitFor(() => expect(listener.of('NBIRTH').length).toBeGreaterThan(1));
    expect(valuesOf(listener.of('NBIRTH')[1])['bdSeq']).toBe(1);
    await station('pcb', 'online');
    await inspect('pcb', [6]);
    await settled();
    await waitFor(() =>
      expect(valuesOf(listener.of('DDATA').at(-1))).toMatchObject({ 'Inspection/Serial': 'S-000006', 'Count/Fail': 2 }),
    );
  });
});
