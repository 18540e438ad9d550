import { setTimeout as sleep } from 'node:timers/promises';
import { topicOf } from '#edge/topics.ts';
import { testMessage } from '../../support/inspection-message.ts';
import type { Blow } from './chaos.ts';
import { stations, type RunningPlant } from './start-plant.ts';

/** What each blow does to the plant. All that is drawn by lot comes from `random`. */
export function dealBlows(plant: RunningPlant, random: () => number): Readonly<Record<Blow, () => Promise<void>>> {
  const { server, broker, network, disk, store, mes, edges } = plant;
  const pick = <Value>(values: readonly Value[]): Value | undefined => values[Math.floor(random() * values.length)];
  const again = async (part: { kill: () => Promise<void>; start: () => Promise<void> }): Promise<void> => {
    await part.kill();
    await sleep(random() * 400);
    await part.start();
  };
  return {
    edge: async () => pick(edges)?.kill(),
    store: async () => store.kill(),
    mes: async () => mes.kill(),
    broker: () => again(broker),
    database: () => again(server),
    cut: async () => {
      network.onData = () => 'cut';
      network.cut();
      await sleep(100 + random() * 900);
      network.onData = null;
    },
    garbage: async () => sendGarbage(plant, random),
    'disk-full': async () => {
      disk.fill();
      await sleep(500 + random() * 1_000);
      disk.empty();
    },
    // Back by up to a day, or right again.
    clock: async () => plant.order({ clockOffMs: random() < 0.5 ? 0 : -Math.floor(random() * 86_400_000) }),
  };
}

/** Bytes that mean nothing, or a message of a schema version to come; under the name of a station that inspects. */
function sendGarbage({ stranger }: RunningPlant, random: () => number): void {
  const [station] = stations;
  const noise = Buffer.from(Array.from({ length: 200 }, () => Math.floor(random() * 256)));
  const later = {
    ...testMessage(Math.floor(random() * 1e9), { stationId: station }),
    streamId: null,
    schemaVersion: 2,
  };
  const payload = random() < 0.5 ? noise : Buffer.from(JSON.stringify(later));
  stranger.publish(topicOf({ site: 'demo', line: 'line1', station }, 'inspection'), payload, { qos: 1 });
}
