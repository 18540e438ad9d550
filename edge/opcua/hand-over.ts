import { setTimeout as sleep } from 'node:timers/promises';
import { AttributeIds, DataType, type DataValue } from 'node-opcua';
import type { StationSession } from '#edge/opcua/open-session.ts';
import { statusError } from '#edge/opcua/station-fault.ts';
import { wireVerdicts, type StationNode } from '#edge/opcua/station-nodes.ts';
import type { ResultAnswer, StationResult } from '#edge/station-line.ts';

type Value = readonly [StationNode, DataType, string | number | boolean];

/** What the station shows of its side of the handshake. */
interface Levels {
  readonly ack: boolean;
  readonly refusal: string;
}

const firstLookMs = 2;
const longestLookMs = 100;
const answerWithinMs = 5000;

/**
 * Takes one result through the level handshake of docs/opcua.md: rest, data, ready, answer, rest. Safe to begin again
 * at any point, because the station takes an inspection once.
 * @throws Error when the station does not answer in time or the connection breaks; FaultError STATION_PROTOCOL
 */
export async function handOver(
  station: StationSession,
  result: StationResult,
  signal: AbortSignal,
): Promise<ResultAnswer> {
  await rest(station, signal);
  await writeAll(station, [
    ['resultSequence', DataType.UInt32, result.sequence],
    ['resultEpoch', DataType.String, result.epoch],
    ['resultTriggerNo', DataType.UInt32, result.triggerNo],
    ['resultSerial', DataType.String, result.serial],
    ['resultInspectionId', DataType.String, result.inspectionId],
    ['resultVerdict', DataType.Int32, wireVerdicts[result.verdict]],
  ]);
  signal.throwIfAborted();
  // A call of its own, after the answer to the one before: ready never overtakes its data.
  await writeAll(station, [['resultReady', DataType.Boolean, true]]);
  const { ack, refusal } = await levelsUntil(station, ({ ack, refusal }) => ack || refusal !== '', signal);
  await rest(station, signal);
  return ack ? { kind: 'taken' } : { kind: 'refused', why: refusal };
}

/** Ready false, and the station's side back at rest: also after a writer that died in mid-handshake. */
async function rest(station: StationSession, signal: AbortSignal): Promise<void> {
  await writeAll(station, [['resultReady', DataType.Boolean, false]]);
  await levelsUntil(station, ({ ack, refusal }) => !ack && refusal === '', signal);
}

async function writeAll({ session, nodeId }: StationSession, values: readonly Value[]): Promise<void> {
  const statuses = await session.write(
    values.map(([node, dataType, value]) => ({
      nodeId: nodeId(node),
      attributeId: AttributeIds.Value,
      value: { value: { dataType, value } },
    })),
  );
  values.forEach(([node], index) => {
    const status = statuses[index];
    if (!status?.isGood()) throw status ? statusError(node, status) : new Error('a write without an answer');
  });
}

async function levelsUntil(
  station: StationSession,
  reached: (levels: Levels) => boolean,
  signal: AbortSignal,
): Promise<Levels> {
  const deadline = performance.now() + answerWithinMs;
  for (let lookMs = firstLookMs; performance.now() < deadline; lookMs = Math.min(lookMs * 2, longestLookMs)) {
    const levels = await readLevels(station);
    if (reached(levels)) return levels;
    await sleep(lookMs, undefined, { signal });
  }
  throw new Error(`the station left the handshake of a result unanswered for ${answerWithinMs} ms`);
}

async function readLevels({ session, nodeId }: StationSession): Promise<Levels> {
  const nodes = ['resultAck', 'resultRefusal'] as const;
  const [ack, refusal] = await session.read(nodes.map((node) => ({ nodeId: nodeId(node) })));
  const why = valueOf('resultRefusal', refusal);
  return { ack: valueOf('resultAck', ack) === true, refusal: typeof why === 'string' ? why : '' };
}

function valueOf(node: StationNode, value: DataValue | undefined): unknown {
  if (!value) throw new Error('a read without an answer');
  if (!value.statusCode.isGood()) throw statusError(node, value.statusCode);
  return value.value.value;
}
