/** What a camera hands out for one number. */
export interface RingFrame {
  readonly frameId: number;
  readonly triggerNo: number;
  /** JSON as docs/opcua.md has it. */
  readonly meta: string;
  readonly image: Buffer;
}

/** The last frames of a camera, by number. */
export interface FrameRing {
  readonly newestId: () => number;
  readonly get: (frameId: number) => RingFrame | undefined;
  /** The oldest frame above a number. */
  readonly after: (frameId: number) => RingFrame | undefined;
  /** Trigger numbers whose frames `count` more frames would push out. */
  readonly atRisk: (count: number) => readonly number[];
  readonly push: (frame: RingFrame) => void;
  /** Uses the next number for a frame that is not kept. */
  readonly skip: () => void;
}

/** A ring of `capacity` frames whose numbers rise from 1, with none left out except by the camera's own doing. */
export function createFrameRing(capacity: number): FrameRing {
  const frames: RingFrame[] = [];
  let newest = 0;
  return {
    newestId: () => newest,
    get: (frameId) => frames.find((frame) => frame.frameId === frameId),
    after: (frameId) => frames.find((frame) => frame.frameId > frameId),
    atRisk: (count) => frames.slice(0, Math.max(0, frames.length + count - capacity)).map((frame) => frame.triggerNo),
    push: (frame) => {
      newest = frame.frameId;
      frames.push(frame);
      if (frames.length > capacity) frames.shift();
    },
    skip: () => {
      newest += 1;
    },
  };
}
