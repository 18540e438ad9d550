import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AttributeIds, DataType, StatusCodes, type StatusCode, type WriteValueOptions } from 'node-opcua';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStationLine } from '#edge/opcua/create-station-line.ts';
import { handOver } from '#edge/opcua/hand-over.ts';
import { openSession, type StationSession } from '#edge/opcua/open-session.ts';
import { openPki } from '#edge/opcua/pki.ts';
import type { OpenTrigger, StationLine, StationResult } from '#edge/station-line.ts';
import { readLedger } from '#line/station/read-ledger.ts';
import type { Station } from '#line/station/start-station.ts';
import { addressOf, startTestStation, temporaryFolder, testPart } from '../support/station.ts';
import { startProxy } from '../support/tcp-proxy.ts';

const never = new AbortController().signal;
let stack: AsyncDisposableStack;
let folder: string;
let station: Station;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  folder = stack.use(await temporaryFolder()).path;
  station = stack.use(await startTestStation(folder));
});
afterEach(() => stack.disposeAsync());

async function openLine(url = station.url): Promise<StationLine> {
  const options = { address: addressOf(url, folder), onState: () => undefined, onNote: () => undefined };
  return stack.use(await createStationLine(options));
}

function trigger(number: number, defective = false): OpenTrigger {
  const made = station.trigger(testPart(number, { defective }));
  if (made === null) throw new Error('the line stands still');
  return made;
}

function resultFor({ epoch, triggerNo, serial }: OpenTrigger, rest: Partial<StationResult> = {}): StationResult {
  return { sequence: triggerNo, epoch, triggerNo, serial, inspectionId: randomUUID(), verdict: 'pass', ...rest };
}

describe('a result', () => {
  it('enters the ledger, once for each trigger, and closes it', async () => {
    const line = await openLine();
    const [good, bad, doubtful] = [trigger(1), trigger(2, true), trigger(3)];
    expect((await line.openTriggers(never)).map(({ serial }) => serial)).toEqual(['T-0001', 'T-0002', 'T-0003']);
    const answers = await Promise.all([
      line.write(resultFor(good, { verdict: 'fail' }), never),
      line.write(resultFor(bad, { verdict: 'pass' }), never),
      line.write(resultFor(doubtful, { verdict: 'undecided' }), never),
    ]);
    expect(answers).toEqual([{ kind: 'taken' }, { kind: 'taken' }, { kind: 'taken' }]);
    expect(await line.openTriggers(never)).toEqual([]);
    const counts = readLedger(folder);
    expect(counts).toMatchObject({ triggered: 3, decided: 3, pass: 1, fail: 1, undecided: 1 });
    expect(counts).toMatchObject({ escapes: 1, falseCalls: 1 });
  });

  it('written again changes nothing and is acknowledged again', async () => {
    const line = await openLine();
    const result = resultFor(trigger(1));
    expect(await line.write(result, never)).toEqual({ kind: 'taken' });
    expect(await line.write({ ...result, verdict: 'fail' }, never)).toEqual({ kind: 'taken' });
    expect(readLedger(folder)).toMatchObject({ decided: 1, pass: 1, fail: 0 });
  });

  it.each([
    ['of another inspection than the one that decided', { inspectionId: 'another' }],
    ['for a trigger that never was', { triggerNo: 99 }],
    ['of another epoch', { epoch: 'elsewhere' }],
    ['of another part', { serial: 'T-9999' }],
    ['without an inspection', { inspectionId: '' }],
  ])('%s is refused with the reason', async (_name, foreign) => {
    const line = await openLine();
    const result = resultFor(trigger(1));
    await line.write(result, never);
    const answer = await line.write({ ...result, ...foreign }, never);
    expect(answer).toEqual({ kind: 'refused', why: expect.stringMatching(/./) as string });
    expect(readLedger(folder)).toMatchObject({ decided: 1, inspectionIds: [result.inspectionId] });
    // A refusal does not block the next one.
    expect(await line.write(resultFor(trigger(2)), never)).toEqual({ kind: 'taken' });
  });

  it('of one inspection cannot decide two parts', async () => {
    const line = await openLine();
    const inspectionId = randomUUID();
    await line.write(resultFor(trigger(1), { inspectionId }), never);
    expect(await line.write(resultFor(trigger(2), { inspectionId }), never)).toMatchObject({ kind: 'refused' });
  });

  it('is written data first, ready after, and left at rest', async () => {
    const session = await openRawSession();
    const steps: string[] = [];
    const recording = recordingWrites(session, steps);
    expect(await handOver(recording, resultFor(trigger(1)), never)).toEqual({ kind: 'taken' });
    const data = 'Sequence Epoch TriggerNo Serial InspectionId Verdict Ok Ng';
    expect(steps).toEqual(['Ready=false', data, 'Ready=true', 'Ready=false']);
    expect(await readLevels(session)).toEqual({ Ready: false, Ack: false, Refusal: '' });
  });

  it('that is half written is not taken: only a rising ready counts', async () => {
    const session = await openRawSession();
    const { epoch, triggerNo, serial } = trigger(1);
    await write(session, { Epoch: epoch, Serial: serial, InspectionId: 'half' }, DataType.String);
    await write(session, { TriggerNo: triggerNo }, DataType.UInt32);
    await write(session, { Verdict: 1 }, DataType.Int32);
    expect(readLedger(folder)).toMatchObject({ decided: 0 });
    await write(session, { Ready: true }, DataType.Boolean);
    expect(await readLevels(session)).toEqual({ Ready: true, Ack: true, Refusal: '' });
    // Another verdict while ready stands is no rising ready.
    await write(session, { Verdict: 2 }, DataType.Int32);
    await write(session, { Ready: true }, DataType.Boolean);
    expect(readLedger(folder)).toMatchObject({ decided: 1, pass: 1, fail: 0 });
  });

  it('follows a writer that died with ready up', async () => {
    const session = await openRawSession();
    await write(session, { Ready: true }, DataType.Boolean);
    await session.close();
    const line = await openLine();
    const result = resultFor(trigger(1));
    expect(await line.write(result, never)).toEqual({ kind: 'taken' });
    expect(readLedger(folder)).toMatchObject({ inspectionIds: [result.inspectionId] });
  });

  it('gets through wherever the connection is cut, and counts once', async () => {
    const proxy = stack.use(await startProxy(station.url));
    const line = await openLine(proxy.url);
    const results: StationResult[] = [];
    for (let cutAt = 1; cutAt <= 14; cutAt += 1) {
      let chunk = 0;
      proxy.onData = () => ((chunk += 1) === cutAt ? 'cut' : 'pass');
      const result = resultFor(trigger(cutAt), { verdict: cutAt % 2 === 0 ? 'pass' : 'fail' });
      expect(await line.write(result, never)).toEqual({ kind: 'taken' });
      results.push(result);
    }
    expect(readLedger(folder)).toMatchObject({ triggered: 14, decided: 14, pass: 7, fail: 7 });
    expect(readLedger(folder).inspectionIds).toEqual(results.map(({ inspectionId }) => inspectionId));
  });

  it('waits for a station that is away, and is taken by the next start of it', async () => {
    const result = resultFor(trigger(1));
    const port = Number(new URL(station.url.replace('opc.tcp:', 'http:')).port);
    await station[Symbol.asyncDispose]();
    const line = await openLine();
    const written = line.write(result, never);
    await sleep(500);
    station = stack.use(await startTestStation(folder, { port }));
    expect(await written).toEqual({ kind: 'taken' });
    expect(readLedger(folder)).toMatchObject({ triggered: 1, decided: 1 });
  });

  it('that nobody waits for any more ends with the reason of the signal', async () => {
    await station[Symbol.asyncDispose]();
    const line = await openLine();
    const stopper = new AbortController();
    const nothing = { sequence: 1, epoch: 'e', triggerNo: 1, serial: 's', inspectionId: 'i', verdict: 'pass' } as const;
    const written = line.write(nothing, stopper.signal);
    stopper.abort(new Error('the shift is over'));
    await expect(written).rejects.toThrow('the shift is over');
  });
});

async function openRawSession(): Promise<StationSession> {
  const address = addressOf(station.url, folder);
  const session = await openSession(
    address,
    await openPki(address.pkiDir, 'HairlineEdge', new Date()),
    () => undefined,
  );
  stack.defer(() => session.close());
  return session;
}

async function write(
  { session, nodeId }: StationSession,
  values: Record<string, unknown>,
  dataType: DataType,
): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    const node = `${nodeId('result')}.${name}`;
    const wanted = { nodeId: node, attributeId: AttributeIds.Value, value: { value: { dataType, value } } };
    expect(await session.write(wanted)).toBe(StatusCodes.Good);
  }
}

async function readLevels({ session, nodeId }: StationSession): Promise<Record<string, unknown>> {
  const nodes = ['resultReady', 'resultAck', 'resultRefusal'] as const;
  const values = await session.read(nodes.map((node) => ({ nodeId: nodeId(node) })));
  const [Ready, Ack, Refusal] = values.map(({ value }) => value.value as unknown);
  return { Ready, Ack, Refusal };
}

/** The same session, with a word for each write. */
function recordingWrites(station: StationSession, steps: string[]): StationSession {
  const { session } = station;
  const write = async (values: WriteValueOptions[]): Promise<StatusCode[]> => {
    const words = values.map(({ nodeId, value }) => {
      const name = String(nodeId).split('.').at(-1);
      return name === 'Ready' ? `Ready=${String(value?.value?.value)}` : name;
    });
    steps.push(words.join(' '));
    return session.write(values);
  };
  const recording = { read: session.read.bind(session), call: session.call.bind(session), write };
  return { ...station, session: recording as StationSession['session'] };
}
