import { setTimeout as sleep } from 'node:timers/promises';
import type { Camera, CameraEvent, FramePosition } from '#edge/camera.ts';
import type { Frame } from '#edge/frame.ts';
import type { OpenTrigger, ResultAnswer, StationLine, StationResult } from '#edge/station-line.ts';
import { triggerKey } from '#edge/trigger.ts';
import { testTrigger } from './edge-disk.ts';

/**
 * A station in memory with the laws of a real one: a ring of frames, a ledger, one result for each trigger. It outlives
 * the edge nodes that are tried on it.
 */
export interface RingStation {
  readonly line: StationLine;
  openCamera(after: FramePosition | null): Camera;
  /** Makes a part with these views; null for a view that the camera never takes. */
  trigger(views: Readonly<Record<string, Uint8Array | null>>, challenge?: boolean): number;
  /** Begins a new epoch with an empty ring, as a camera does when it starts. */
  restart(): void;
  /** Takes the frames of a trigger out of the ring. */
  overwrite(triggerNo: number): void;
  /** Verdicts by trigger, each with every inspection id that was written for it. */
  readonly results: ReadonlyMap<string, { readonly verdict: string; readonly inspectionIds: Set<string> }>;
  /** Trigger keys in the order in which results were first taken. */
  readonly taken: readonly string[];
  /** Resolves once as many triggers have a result. */
  decided(count: number): Promise<void>;
}

export function createRingStation(): RingStation {
  let epochNo = 1;
  let newest = 0;
  let triggers = 0;
  let ring: (Frame | number)[] = [];
  const ledger = new Map<string, OpenTrigger>();
  const results = new Map<string, { verdict: string; inspectionIds: Set<string> }>();
  const taken: string[] = [];
  const epoch = (): string => `epoch-${epochNo}`;

  async function* frames(after: FramePosition | null, signal: AbortSignal): AsyncGenerator<CameraEvent> {
    let at = { epoch: epoch(), frameId: after?.epoch === epoch() ? after.frameId : 0 };
    yield { kind: 'epoch', epoch: at.epoch };
    while (!signal.aborted) {
      const next = ring.find((entry) => at.epoch !== epoch() || idOf(entry) > at.frameId);
      if (next === undefined) {
        await sleep(2);
        continue;
      }
      if (at.epoch !== epoch()) yield { kind: 'epoch', epoch: epoch() };
      at = { epoch: epoch(), frameId: idOf(next) };
      if (typeof next !== 'number') yield { kind: 'frame', frame: next };
      else if (after !== null) yield { kind: 'lost', epoch: epoch(), frameId: next, why: 'overwritten' };
    }
  }
  const write = async (result: StationResult): Promise<ResultAnswer> => {
    await sleep(1);
    const key = triggerKey(result);
    const known = results.get(key);
    if (!known) taken.push(key);
    const inspectionIds = (known?.inspectionIds ?? new Set()).add(result.inspectionId);
    if (known) return inspectionIds.size === 1 ? { kind: 'taken' } : { kind: 'refused', why: 'decided by another' };
    results.set(key, { verdict: result.verdict, inspectionIds });
    ledger.delete(key);
    return { kind: 'taken' };
  };
  return {
    results,
    taken,
    line: { openTriggers: () => Promise.resolve([...ledger.values()]), write },
    openCamera: (after) => ({ frames: (signal) => frames(after, signal) }),
    trigger: (views, challenge = false) => {
      triggers += 1;
      const trigger = { ...testTrigger(triggers, epoch()), challenge };
      const frameIds: Record<string, number> = {};
      for (const [viewId, bytes] of Object.entries(views)) {
        if (bytes === null) continue;
        newest += 1;
        frameIds[viewId] = newest;
        ring.push(toFrame(trigger, { viewId, bytes, frameId: newest, viewCount: Object.keys(views).length }));
      }
      ledger.set(triggerKey(trigger), { ...trigger, frameIds });
      return triggers;
    },
    restart: () => {
      epochNo += 1;
      newest = 0;
      ring = [];
    },
    overwrite: (triggerNo) => {
      ring = ring.map((entry) => (typeof entry !== 'number' && entry.triggerNo === triggerNo ? entry.frameId : entry));
    },
    decided: async (count) => {
      while (results.size < count) await sleep(5);
    },
  };
}

function idOf(entry: Frame | number): number {
  return typeof entry === 'number' ? entry : entry.frameId;
}

function toFrame(
  trigger: ReturnType<typeof testTrigger>,
  seen: Pick<Frame, 'viewId' | 'bytes' | 'frameId' | 'viewCount'>,
): Frame {
  const capturedAt = trigger.triggeredAt;
  return { ...trigger, ...seen, cameraId: 'c1', capturedAt, encoding: 'png', widthPx: 64, heightPx: 64 };
}
