import { setTimeout as sleep } from 'node:timers/promises';
import { DataType } from 'node-opcua';
import { readNodes, writeNodes } from '#edge/opcua/node-values.ts';
import type { StationSession } from '#edge/opcua/open-session.ts';
import { wireVerdicts } from '#edge/opcua/station-nodes.ts';
import type { ResultAnswer, StationResult } from '#edge/station-line.ts';

/** What the station shows of its side of the handshake. */
interface Levels {
  readonly ack: boolean;
  readonly refusal: string;
}

const firstLookMs = 2;
const longestLookMs = 100;
const answerWithinMs = 5000;

/** Sessions whose last handshake ended at rest: the next one need not look again. */
const atRest = new WeakSet<StationSession>();

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
  if (!atRest.delete(station)) await rest(station, signal);
  await writeNodes(station, [
    ['resultSequence', DataType.UInt32, result.sequence],
    ['resultEpoch', DataType.String, result.epoch],
    ['resultTriggerNo', DataType.UInt32, result.triggerNo],
    ['resultSerial', DataType.String, result.serial],
    ['resultInspectionId', DataType.String, result.inspectionId],
    ['resultVerdict', DataType.Int32, wireVerdicts[result.verdict]],
    // Levels for a PLC that knows no third word: whatever is not OK is NG.
    ['resultOk', DataType.Boolean, result.verdict === 'pass'],
    ['resultNg', DataType.Boolean, result.verdict !== 'pass'],
  ]);
  signal.throwIfAborted();
  // A call of its own, after the answer to the one before: ready never overtakes its data.
  await writeNodes(station, [['resultReady', DataType.Boolean, true]]);
  const { ack, refusal } = await levelsUntil(station, ({ ack, refusal }) => ack || refusal !== '', signal);
  await rest(station, signal);
  atRest.add(station);
  return ack ? { kind: 'taken' } : { kind: 'refused', why: refusal };
}

/** Ready false, and the station's side back at rest: also after a writer that died in mid-handshake. */
async function rest(station: StationSession, signal: AbortSignal): Promise<void> {
  await writeNodes(station, [['resultReady', DataType.Boolean, false]]);
  await levelsUntil(station, ({ ack, refusal }) => !ack && refusal === '', signal);
}

async function levelsUntil(
  station: StationSession,
  reached: (levels: Levels) => boolean,
  signal: AbortSignal,
): Promise<Levels> {
  const deadline = performance.now() + answerWithinMs;
  for (let lookMs = firstLookMs; performance.now() < deadline; lookMs = Math.min(lookMs * 2, longestLookMs)) {
    // Before the first look too: the PLC needs a cycle, and must not find the station busy with our question.
    await sleep(lookMs, undefined, { signal });
    const levels = await readLevels(station);
    if (reached(levels)) return levels;
  }
  throw new Error(`the station left the handshake of a result unanswered for ${answerWithinMs} ms`);
}

async function readLevels(station: StationSession): Promise<Levels> {
  const { resultAck, resultRefusal } = await readNodes(station, ['resultAck', 'resultRefusal'] as const);
  return { ack: resultAck === true, refusal: typeof resultRefusal === 'string' ? resultRefusal : '' };
}
