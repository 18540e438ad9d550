import { createServer, type AddressInfo } from 'node:net';
import { Aedes, type ConnectPacket, type Subscription } from 'aedes';
import { afterEach, describe, expect, it } from 'vitest';
import { openSession } from '#mes/sparkplug/open-session.ts';
import { decodeSparkplug } from '../support/sparkplug-listener.ts';

describe('the MQTT connection of a Sparkplug edge node', () => {
  let stack = new AsyncDisposableStack();
  afterEach(() => stack.disposeAsync());

  it('is clean, with the death certificate as its will, and hears commands and states at QoS 1', async () => {
    stack = new AsyncDisposableStack();
    const connects: ConnectPacket[] = [];
    const subscriptions: Subscription[] = [];
    const packets: string[] = [];
    const broker = await Aedes.createBroker({
      preConnect: (_client, packet, callback) => {
        connects.push(packet);
        callback(null, true);
      },
    });
    broker.on('subscribe', (wanted) => subscriptions.push(...wanted));
    broker.on('publish', ({ topic }, client) => void (client && packets.push(topic)));
    const server = createServer((socket) => void broker.handle(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stack.defer(async () => {
      await new Promise<void>((resolve) => broker.close(resolve));
      await new Promise((resolve) => server.close(resolve));
    });
    const { port } = server.address() as AddressInfo;
    const ids = { group: 'plant', node: 'line1', host: 'scada' };
    const options = {
      broker: { url: `mqtt://127.0.0.1:${port}`, login: {} },
      ids,
      now: Date.now,
      heard: () => undefined,
    };
    const session = await openSession({ ...options, bdSeq: 255, stop: new AbortController().signal });
    session.nodeBirth();
    await session.answered();
    await session[Symbol.asyncDispose]();
    const [{ clean, protocolVersion, will }] = connects as [ConnectPacket];
    expect({ clean, protocolVersion }).toEqual({ clean: true, protocolVersion: 4 });
    expect(will).toMatchObject({ topic: 'spBv1.0/plant/NDEATH/line1', qos: 1, retain: false });
    expect(decodeSparkplug(Buffer.from(will?.payload ?? ''))).toMatchObject({
      seq: null,
      metrics: [{ name: 'bdSeq', type: 'Int64', value: 255 }],
    });
    expect(subscriptions).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ topic: 'spBv1.0/plant/NCMD/line1', qos: 1 }),
        expect.objectContaining({ topic: 'spBv1.0/plant/DCMD/line1/+', qos: 1 }),
        expect.objectContaining({ topic: 'spBv1.0/STATE/scada', qos: 1 }),
      ]),
    );
    expect(packets).toEqual(['spBv1.0/plant/NBIRTH/line1', 'spBv1.0/plant/NDEATH/line1']);
  });
});
