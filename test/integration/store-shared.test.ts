import mqtt from 'mqtt';
import { describe, expect, it, vi } from 'vitest';
import { hasSharedSubscriptions } from '#store/mqtt/has-shared-subscriptions.ts';
import { openDatabase } from '#store/open-database.ts';
import { freshBroker, hasMosquitto, type BrokerKind } from '../support/broker.ts';
import { freshDatabase } from '../support/database.ts';
import { testMessage, uuidOf } from '../support/inspection-message.ts';
import { sendMessages } from '../support/message-sender.ts';
import { silentLog } from '../support/silent-log.ts';
import { spawnProcess } from '../support/spawn-process.ts';

const brokers: readonly BrokerKind[] = [...(hasMosquitto() ? (['Mosquitto'] as const) : []), 'aedes'];
const patience = { timeout: 60_000, interval: 100 };

describe.each(brokers)('two stores at one %s', (kind) => {
  it('share the work where the broker can share it, and store each inspection once either way', async () => {
    await using broker = await freshBroker(kind);
    await using server = await freshDatabase();
    await using database = openDatabase({ url: server.url, connections: 2, name: 'test', log: silentLog });
    const environment = { HAIRLINE_DATABASE_URL: server.url, HAIRLINE_MQTT_URL: broker.url };
    await using first = spawnProcess('store/main.ts', environment);
    await first.ready;
    await using second = spawnProcess('store/main.ts', environment);
    await second.ready;
    const client = await mqtt.connectAsync(broker.url, { protocolVersion: 4 });
    const shares = await hasSharedSubscriptions(client);
    await client.endAsync(true);
    expect(shares).toBe(kind === 'Mosquitto');

    const messages = Array.from({ length: 40 }, (_, index) =>
      testMessage(index + 1, { stationId: 'shared', streamId: uuidOf('stream', `shared-${kind}`) }),
    );
    const [sample] = messages;
    if (!sample) throw new Error('no message');
    await using sender = sendMessages(broker.url, sample);
    for (const message of messages) sender.push(message);
    await vi.waitFor(() => expect(sender.marks.at(-1)).toBe(40), patience);

    const rows = (table: 'inspection' | 'deadLetter') =>
      database
        .selectFrom(table)
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
    expect(await rows('inspection')).toEqual({ count: 40 });
    // The question whether the broker shares must not come to rest here.
    expect(await rows('deadLetter')).toEqual({ count: 0 });
    const stored = (one: typeof first): number => one.said().split('"inspection stored"').length - 1;
    expect(stored(first) + stored(second)).toBe(40);
    const idle = [first, second].filter((one) => stored(one) === 0).length;
    expect(shares ? idle : 0).toBe(0);
  });
});
