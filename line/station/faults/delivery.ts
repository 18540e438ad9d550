import type { BadDay, FrameFault } from '#line/station/faults/bad-day.ts';
import type { FrameRing, RingFrame } from '#line/station/frame-ring.ts';

/** The order in which a camera hands out the frames of its ring. */
export interface Delivery {
  /** The answer to a reader that has all frames up to a number. */
  next(after: number): RingFrame | undefined;
  /** How long a frame is on its way, in ms. */
  delayMs(frame: RingFrame): number;
  /** Says what is to happen to a frame. */
  mark(frameId: number, fault: FrameFault): void;
}

const slowBytesPerMs = 64 * 1.024;
/** Below the time after which a reader takes its call for lost. */
const longestDelayMs = 10_000;

/** Frames in their order, except where a fault strikes one. */
export function createDelivery(ring: FrameRing, badDay: BadDay): Delivery {
  const marks = new Map<number, FrameFault>();
  /** Frames that come once more, or after their time, whatever the reader asks for. */
  const repeated: RingFrame[] = [];

  const passedOver = (frame: RingFrame): boolean => ['drop', 'reorder'].includes(marks.get(frame.frameId) ?? '');
  const followedBy = ({ frameId }: RingFrame): void => {
    for (const [marked, fault] of marks) {
      if (marked > frameId) continue;
      marks.delete(marked);
      const frame = ring.get(marked);
      if (frame && (fault === 'reorder' || fault === 'duplicate')) repeated.push(frame);
    }
  };
  const inOrder = (after: number): RingFrame | undefined => {
    const frame = ring.after(after);
    return frame && passedOver(frame) ? inOrder(frame.frameId) : frame;
  };
  return {
    mark: (frameId, fault) => void marks.set(frameId, fault),
    next: (after) => {
      const again = repeated.shift();
      if (again) return again;
      const frame = inOrder(after);
      if (frame) followedBy(frame);
      return frame;
    },
    delayMs: ({ image }) =>
      badDay.take('slow-link') ? Math.min(longestDelayMs, image.byteLength / slowBytesPerMs) : 0,
  };
}
