import type { PlainFault } from '#host/plain-fault.ts';
import type { Components } from '#edge/machine-vision/condition-nodes.ts';
import type { Loaded } from '#edge/machine-vision/vision-ids.ts';
import type { BegunPart } from '#edge/machine-vision/vision-jobs.ts';

/** What the server is started with. */
export interface VisionServerOptions {
  /** Address to listen on. */
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  readonly pkiDir: string;
  readonly stationId: string;
  readonly loaded: Loaded;
  /** How the edge node does. */
  readonly components: Components;
  /** Messages that the outbox still holds, oldest first. */
  readonly committed: readonly string[];
}

/** What the edge node tells its vision server. */
export type ToVisionWorker =
  | { readonly kind: 'begun'; readonly part: BegunPart }
  | { readonly kind: 'acquired'; readonly inspectionId: string }
  /** A message as committed, JSON. */
  | { readonly kind: 'committed'; readonly body: string }
  | { readonly kind: 'health'; readonly components: Components }
  | { readonly kind: 'loaded'; readonly loaded: Loaded }
  | { readonly kind: 'stop' };

export type FromVisionWorker =
  | { readonly kind: 'serving'; readonly url: string }
  | { readonly kind: 'fault'; readonly fault: PlainFault }
  /** What a client did, for the log. */
  | { readonly kind: 'told'; readonly text: string }
  /** A remark of node-opcua. */
  | { readonly kind: 'note'; readonly text: string };
