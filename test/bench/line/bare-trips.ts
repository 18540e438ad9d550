import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataType } from 'node-opcua';
import { decodeImage } from '#detector/decode/decode-image.ts';
import { writeNodes, type NodeValue } from '#edge/opcua/node-values.ts';
import { openSession } from '#edge/opcua/open-session.ts';
import { openPki } from '#edge/opcua/pki.ts';
import { prepareOpcua } from '#edge/opcua/transport.ts';
import { frameMemoryFlags } from '#host/frame-memory.ts';
import { readInputs } from '#line/plc/plc-nodes.ts';
import { spawnProcess } from '../../support/spawn-process.ts';
import { benchParts } from './parts.ts';

/** What a cycle cannot do without, each done alone: ms, so many times. */
export interface BareTimes {
  /** A round trip that writes one level, one that writes the data of a result, one that reads the inputs of the PLC. */
  readonly level: readonly number[];
  readonly data: readonly number[];
  readonly inputs: readonly number[];
  readonly decoding: readonly number[];
}

/** As far apart as the steps of a cycle: whoever was woken just now answers sooner. */
const apartMs = 5;

/** Measures against the station of the bench, in a process of its own, with nobody else connected. */
export async function bareTimes(folder: string, size: readonly [number, number], times: number): Promise<BareTimes> {
  await using stack = new AsyncDisposableStack();
  const flags = frameMemoryFlags;
  const args = [join(folder, 'station'), ...size.map(String), '0'];
  const station = stack.use(spawnProcess('test/bench/line/bench-station.ts', {}, args, flags));
  prepareOpcua(() => undefined);
  const pkiDir = join(folder, 'pki');
  const address = { url: String((await station.ready)['opcuaUrl']), security: 'None', pkiDir } as const;
  const session = await openSession(address, await openPki(pkiDir, 'HairlineEdge', new Date()), () => undefined);
  stack.defer(() => session.close());
  const [view] = (await (await benchParts(...size)).part(0)).views;
  const steps = {
    level: () => writeNodes(session, [['edgeBusy', DataType.Boolean, true]]),
    data: () => writeNodes(session, result),
    inputs: () => readInputs(session),
    decoding: () => decodeImage(view?.bytes ?? new Uint8Array()),
  };
  const taken = { level: [], data: [], inputs: [], decoding: [] } as Record<keyof BareTimes, number[]>;
  for (let time = -warmUps; time < times; time += 1) {
    for (const name of Object.keys(steps) as (keyof BareTimes)[]) {
      await sleep(apartMs);
      const startedMs = performance.now();
      await steps[name]();
      if (time >= 0) taken[name].push(performance.now() - startedMs);
    }
  }
  return taken;
}

const warmUps = 50;

const result: readonly NodeValue[] = [
  ['resultSequence', DataType.UInt32, 1],
  ['resultEpoch', DataType.String, 'epoch-1'],
  ['resultTriggerNo', DataType.UInt32, 1],
  ['resultSerial', DataType.String, 'S-1'],
  ['resultInspectionId', DataType.String, '01900000-0000-7000-8000-000000000000'],
  ['resultVerdict', DataType.Int32, 1],
  ['resultOk', DataType.Boolean, true],
  ['resultNg', DataType.Boolean, false],
];
