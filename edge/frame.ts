import type { Trigger } from '#edge/trigger.ts';

/** One image as captured, with the trigger it belongs to. (epoch, frameId) names it for ever. */
export interface Frame extends Trigger {
  /** From 1, one more a frame, over all views of the station; restarts with each epoch. */
  readonly frameId: number;
  readonly cameraId: string;
  readonly viewId: string;
  /** ISO 8601 UTC. */
  readonly capturedAt: string;
  readonly encoding: 'png' | 'jpeg';
  /** As the camera states them; the decoded image may differ, which is a doubt. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** How many views this part has. */
  readonly viewCount: number;
  /** Encoded image, owned by the receiver. */
  readonly bytes: Uint8Array;
}
