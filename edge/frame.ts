/** One image as captured, with the trigger it belongs to. (epoch, frameId) names it for ever. */
export interface Frame {
  /** Made new at each start of the camera; frame numbers restart with it. */
  readonly epoch: string;
  /** From 1, one more a frame, over all views of the station. */
  readonly frameId: number;
  readonly cameraId: string;
  readonly viewId: string;
  readonly triggerNo: number;
  readonly serial: string;
  readonly attempt: number;
  readonly lot: string;
  readonly productId: string;
  readonly recipeId: string;
  /** ISO 8601 UTC. */
  readonly triggeredAt: string;
  readonly capturedAt: string;
  readonly encoding: 'png' | 'jpeg';
  /** As the camera states them; the decoded image may differ, which is a doubt. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** How many views this part has. */
  readonly viewCount: number;
  readonly simulated: boolean;
  /** Encoded image, owned by the receiver. */
  readonly bytes: Uint8Array;
}
