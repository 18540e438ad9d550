import { setTimeout as sleep } from 'node:timers/promises';
import type { StationSession } from '#edge/opcua/open-session.ts';
import { createCountedFrames, type CountedFrames, type PlainCamera } from '#edge/opcua/plain/counted-frames.ts';
import type { Look } from '#edge/opcua/plain/look.ts';
import type { FrameAnswer, FrameSource } from '#edge/opcua/read-frames.ts';

/** How long a call for the next frame may wait. */
const longPollMs = 2000;
/** How long a frame is held back for the one before it, which another view has not shown yet. */
const stragglerMs = 500;

/** Adapter 2: asks the counters every `pollMs` and reads the image of each number. */
export function createCounterSource(camera: PlainCamera): FrameSource {
  const { connection, layout, remark, signal } = camera;
  const counted = createCountedFrames(camera);

  const next = async (station: StationSession, after: number): Promise<FrameAnswer> => {
    const endMs = performance.now() + longPollMs;
    let heldMs: number | null = null;
    while (performance.now() < endMs) {
      const seen = await counted.look(station);
      if (seen === null) return { kind: 'none' };
      const isOver = heldMs !== null && performance.now() - heldMs > stragglerMs;
      const read = await readDue(counted, { station, seen, after, isOver });
      if (typeof read === 'object') return read;
      if (read === 'unproven' && isOver) {
        remark('an image stays newer than its counter: the camera has to write the image first, its number after');
        return { kind: 'malformed', epoch: seen.epoch, frameId: counted.following(seen, after) };
      }
      if (read !== 'gone') heldMs ??= performance.now();
      await sleep(layout.pollMs, undefined, { signal });
    }
    return { kind: 'none' };
  };
  return {
    newest: () => connection.use(counted.newest, signal),
    get: (frameId) => connection.use((station) => counted.get(station, frameId), signal),
    next: (after) => connection.use((station) => next(station, after), signal),
  };
}

interface Due {
  readonly station: StationSession;
  readonly seen: Look;
  readonly after: number;
  /** The time is over that a later frame waits for the one before it. */
  readonly isOver: boolean;
}

/** Reads the next frame; `held` where there are only later ones. */
function readDue(
  counted: CountedFrames,
  { station, seen, after, isOver }: Due,
): Promise<FrameAnswer | 'gone' | 'unproven'> | 'gone' | 'held' {
  const ahead = counted.ahead(seen, after);
  if (ahead === 'nothing') return 'gone';
  return ahead === 'next' || isOver ? counted.read(station, seen, after) : 'held';
}
