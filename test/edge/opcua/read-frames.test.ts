import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CameraEvent, FramePosition } from '#edge/camera.ts';
import type { Frame } from '#edge/frame.ts';
import { readFrames, type FrameAnswer, type FrameSource } from '#edge/opcua/read-frames.ts';

/** What a camera holds at one moment: its epoch, the newest number, and how many frames its ring has. */
interface Moment {
  readonly epoch: string;
  readonly newest: number;
  readonly ring: number;
  /** Numbers that NextFrame passes over, comes back to, or garbles. */
  readonly skips?: readonly number[];
  readonly repeats?: readonly number[];
  readonly garbles?: readonly number[];
  /** The connection is a new one, so that the camera is not asked in this moment. */
  readonly anew?: boolean;
}

const facts = {
  serial: 's',
  attempt: 1,
  lot: 'l',
  productId: 'p',
  recipeId: 'r',
  triggeredAt: '',
  simulated: true,
  challenge: false,
};
const look = { cameraId: 'c', viewId: 'v', capturedAt: '', encoding: 'png', widthPx: 1, heightPx: 1 } as const;

function frame(epoch: string, frameId: number): Frame {
  return { epoch, frameId, triggerNo: frameId, ...facts, ...look, viewCount: 1, bytes: new Uint8Array() };
}

/** A camera that lives through moments: the next one begins when there is nothing new in this one. */
function cameraOf(moments: readonly Moment[]): FrameSource {
  let index = 0;
  let repeated = 0;
  const now = (): Moment => moments[Math.min(index, moments.length - 1)] ?? { epoch: 'none', newest: 0, ring: 1 };
  const oldest = (): number => Math.max(1, now().newest - now().ring + 1);
  const answer = (frameId: number): FrameAnswer =>
    now().garbles?.includes(frameId)
      ? { kind: 'malformed', epoch: now().epoch, frameId }
      : { kind: 'frame', frame: frame(now().epoch, frameId) };
  return {
    newest: async () => ({ epoch: now().epoch, frameId: now().newest }),
    get: async (frameId) => (frameId < oldest() || frameId > now().newest ? { kind: 'gone' } : answer(frameId)),
    next: async (after) => {
      if (now().anew) {
        index += 1;
        return { kind: 'anew' };
      }
      if (now().repeats?.includes(after) && repeated !== after) {
        repeated = after;
        return answer(after);
      }
      let frameId = Math.max(after + 1, oldest());
      while (now().skips?.includes(frameId)) frameId += 1;
      if (frameId <= now().newest) return answer(frameId);
      index += 1;
      if (index > moments.length) throw new Error('the shift is over');
      return { kind: 'none' };
    },
  };
}

async function eventsOf(
  moments: readonly Moment[],
  after: FramePosition | null = null,
): Promise<readonly CameraEvent[]> {
  const events: CameraEvent[] = [];
  try {
    for await (const event of readFrames(cameraOf(moments), after)) events.push(event);
  } catch (error) {
    if (!(error instanceof Error && error.message === 'the shift is over')) throw error;
  }
  return events;
}

function words(events: readonly CameraEvent[]): string {
  return events
    .map((event) => {
      if (event.kind === 'epoch') return event.epoch;
      if (event.kind === 'frame') return String(event.frame.frameId);
      return `${event.why === 'malformed' ? '?' : '-'}${event.frameId}`;
    })
    .join(' ');
}

describe('frames in order', () => {
  const a = (newest: number, ring = 100): Moment => ({ epoch: 'A', newest, ring });
  const b = (newest: number, ring = 100): Moment => ({ epoch: 'B', newest, ring });
  it.each<[string, readonly Moment[], FramePosition | null, string]>([
    ['begin with the oldest one when nothing is known', [a(5, 3)], null, 'A 3 4 5'],
    ['go on after the newest one known', [a(5)], { epoch: 'A', frameId: 3 }, 'A 4 5'],
    ['tell at once of a new epoch after a restart of the reader', [b(2)], { epoch: 'A', frameId: 3 }, 'B 1 2'],
    ['are lost when the ring overwrote them', [a(6, 2)], { epoch: 'A', frameId: 1 }, 'A -2 -3 -4 5 6'],
    ['are lost from the first on in a new epoch', [a(2), b(4, 2)], null, 'A 1 2 B -1 -2 3 4'],
    ['are lost though none came before them', [a(0), a(4, 2)], null, 'A -1 -2 3 4'],
    ['are lost from the first on in a new epoch though none came before', [a(5, 0), b(4, 2)], null, 'A B -1 -2 3 4'],
    [
      'begin with the oldest one though others come while we connect',
      [{ ...a(3), anew: true }, a(5)],
      null,
      'A 1 2 3 4 5',
    ],
    ['go on over a new connection', [a(2), { ...a(3), anew: true }, a(4)], null, 'A 1 2 3 4'],
    ['are fetched where the camera passed over them', [{ ...a(4), skips: [2, 3] }], null, 'A 1 2 3 4'],
    ['are not missed where the last one is passed over', [{ ...a(3), skips: [3] }, a(3)], null, 'A 1 2 3'],
    ['come once where the camera repeats them', [{ ...a(4), repeats: [2] }], null, 'A 1 2 3 4'],
    ['without readable facts are lost', [{ ...a(3), garbles: [2] }], null, 'A 1 ?2 3'],
    ['of a camera that starts again and again', [a(1), b(0), a(1)], null, 'A 1 B A 1'],
    ['of a new epoch that is as far as the old one', [a(2), b(2)], null, 'A 1 2 B 1 2'],
    ['of a camera that shows nothing are none, and its epoch is told', [a(0)], null, 'A'],
  ])('%s', async (_name, moments, after, expected) => {
    expect(words(await eventsOf(moments, after))).toBe(expected);
  });

  it('are refused when numbers run backwards within an epoch', async () => {
    await expect(eventsOf([a(3), a(1)])).rejects.toMatchObject({ code: 'STATION_PROTOCOL' });
  });

  it('each number of an epoch comes exactly once, rising, whatever the camera does', async () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 4 });
    const step = fc.record({
      grow: fc.integer({ min: 0, max: 6 }),
      restart: fc.boolean(),
      ring: fc.integer({ min: 1, max: 8 }),
      skips: numbers,
      repeats: numbers,
      garbles: numbers,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const events = await eventsOf(lifeOf(steps), before);
        const seen = events.map(positionOf);
        const expected = seen.map((position, index) => followerOf(seen[index - 1] ?? before, position.epoch));
        expect(seen).toEqual(expected);
      }),
    );
  });
});

const before: FramePosition = { epoch: 'before', frameId: 7 };

type Step = Omit<Moment, 'epoch' | 'newest'> & { readonly grow: number; readonly restart: boolean };

function lifeOf(steps: readonly Step[]): readonly Moment[] {
  let epoch = 0;
  let newest = 0;
  return steps.map(({ grow, restart, ...rest }) => {
    epoch += restart ? 1 : 0;
    newest = restart ? grow : newest + grow;
    return { epoch: `E${epoch}`, newest, ...rest };
  });
}

/** An epoch stands for number 0 of it. */
function positionOf(event: CameraEvent): FramePosition {
  if (event.kind === 'epoch') return { epoch: event.epoch, frameId: 0 };
  const { epoch, frameId } = event.kind === 'frame' ? event.frame : event;
  return { epoch, frameId };
}

function followerOf(last: FramePosition, epoch: string): FramePosition {
  return epoch === last.epoch ? { epoch, frameId: last.frameId + 1 } : { epoch, frameId: 0 };
}
