import { DataType, StatusCodes, type CallMethodResult, type StatusCode, type Variant } from 'node-opcua';
import { parseJson } from '#host/parse-json.ts';
import type { StationConnection } from '#edge/opcua/connection.ts';
import type { StationSession } from '#edge/opcua/open-session.ts';
import type { FrameAnswer, FrameSource } from '#edge/opcua/read-frames.ts';
import { statusError } from '#edge/opcua/station-fault.ts';
import type { StationNode } from '#edge/opcua/station-nodes.ts';
import { frameMetaSchema, type FrameMeta } from '#edge/opcua/station.schema.ts';

/** How long the station may hold a call for the next frame. */
const longPollMs = 5000;

/** Frames of the station's camera, by number, over a connection that may break at any time. */
export function createFrameSource(connection: StationConnection, signal: AbortSignal): FrameSource {
  let lastSession: StationSession | null = null;
  return {
    newest: () => connection.use(readNewest, signal),
    next: (after) =>
      connection.use(async (station) => {
        // On a new session the camera may be another than before: the reader asks for its epoch first.
        if (station !== lastSession) {
          lastSession = station;
          return { kind: 'anew' };
        }
        return callForFrame(station, 'nextFrame', [after, longPollMs]);
      }, signal),
    get: (frameId) => connection.use((station) => callForFrame(station, 'getFrame', [frameId]), signal),
  };
}

async function readNewest({ session, nodeId }: StationSession): Promise<{ epoch: string; frameId: number }> {
  const values = await session.read([{ nodeId: nodeId('cameraEpoch') }, { nodeId: nodeId('cameraFrameId') }]);
  const [epoch, frameId] = values.map((value) => value.value.value as unknown);
  if (typeof epoch === 'string' && typeof frameId === 'number') return { epoch, frameId };
  const status = values.find((value) => !value.statusCode.isGood())?.statusCode ?? StatusCodes.BadTypeMismatch;
  throw statusError('cameraEpoch', status);
}

async function callForFrame(station: StationSession, node: StationNode, inputs: number[]): Promise<FrameAnswer> {
  const answer = await station.session.call({
    objectId: station.nodeId('camera'),
    methodId: station.nodeId(node),
    inputArguments: inputs.map((value) => ({ dataType: DataType.UInt32, value })),
  });
  return readAnswer(node, answer);
}

const emptyAnswers: readonly (readonly [StatusCode, FrameAnswer])[] = [
  [StatusCodes.GoodNoData, { kind: 'none' }],
  // The number asked for lies ahead of the camera: it was started anew.
  [StatusCodes.BadOutOfRange, { kind: 'none' }],
  [StatusCodes.BadNoData, { kind: 'gone' }],
];

function readAnswer(node: StationNode, answer: CallMethodResult): FrameAnswer {
  const empty = emptyAnswers.find(([status]) => status.equals(answer.statusCode));
  if (empty) return empty[1];
  if (!answer.statusCode.isGood()) throw statusError(node, answer.statusCode);
  const [epoch, frameId, meta, image] = (answer.outputArguments ?? []).map((argument: Variant) => argument.value);
  if (typeof epoch !== 'string' || typeof frameId !== 'number') throw statusError(node, StatusCodes.BadTypeMismatch);
  const facts = readMeta(meta);
  // No bytes at all are a frame like any other that no decoder reads: its trigger is known.
  const bytes: unknown = image ?? new Uint8Array();
  if (facts === null || !(bytes instanceof Uint8Array)) return { kind: 'malformed', epoch, frameId };
  return { kind: 'frame', frame: { epoch, frameId, ...facts, bytes } };
}

function readMeta(meta: unknown): FrameMeta | null {
  if (typeof meta !== 'string') return null;
  const parsed = frameMetaSchema.safeParse(parseJson(meta));
  return parsed.success ? parsed.data : null;
}
