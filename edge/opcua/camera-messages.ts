import type { PlainFault } from '#host/plain-fault.ts';
import type { CameraEvent, FramePosition } from '#edge/camera.ts';
import type { StationAddress } from '#edge/opcua/open-session.ts';
import type { CameraLayout } from '#edge/opcua/plain/camera-file.schema.ts';

/** What the camera worker is started with. */
export interface CameraWorkerData {
  readonly address: StationAddress;
  /** null: the camera of a station. */
  readonly layout: CameraLayout | null;
  readonly after: FramePosition | null;
  /** Events that may wait between worker and reader. */
  readonly inFlight: number;
}

export type FromCameraWorker =
  | { readonly kind: 'event'; readonly event: CameraEvent }
  | { readonly kind: 'connected' }
  | { readonly kind: 'disconnected'; readonly fault: PlainFault; readonly retryInMs: number }
  /** Something makes the camera worse than it could be. */
  | { readonly kind: 'limited'; readonly why: string }
  /** A remark of node-opcua. */
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'fault'; readonly fault: PlainFault };

export type ToCameraWorker = { readonly kind: 'taken' } | { readonly kind: 'stop' };
