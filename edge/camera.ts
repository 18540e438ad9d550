import type { Frame } from '#edge/frame.ts';

/** Names a frame: where to go on after a restart. */
export interface FramePosition {
  readonly epoch: string;
  readonly frameId: number;
}

/** What a camera tells: frames of one epoch come by rising number, and every number comes once, as a frame or as lost. */
export type CameraEvent =
  | { readonly kind: 'frame'; readonly frame: Frame }
  /** `overwritten`: no longer in the camera's ring; `malformed`: it came without readable facts about its trigger. */
  | {
      readonly kind: 'lost';
      readonly epoch: string;
      readonly frameId: number;
      readonly why: 'overwritten' | 'malformed';
    }
  /** Comes before the first event of each epoch: what was awaited of an earlier epoch will not come any more. */
  | { readonly kind: 'epoch'; readonly epoch: string };

export interface Camera {
  /**
   * Events until the signal aborts; then the sequence ends. Connects again for ever. Taking the next event hands the
   * one before back: only a few frames wait between camera and reader, the others stay in the camera's ring.
   * @throws FaultError STATION_PROTOCOL when the server cannot be used as a camera
   */
  frames(signal: AbortSignal): AsyncIterable<CameraEvent>;
}
