import type { PlainFault } from '#host/plain-fault.ts';
import type { Box } from '#detector/box.ts';
import type { Detections } from '#detector/detection.ts';
import type { Image } from '#detector/image.ts';
import type { ModelManifest } from '#detector/model-manifest.ts';
import type { DetectorOptions } from '#detector/onnx/create-detector.ts';

/** A golden by its key in the thread; its pixels go along the first time. */
export interface KeyedGolden {
  readonly key: number;
  readonly image: Image | null;
}

/** What a thread is asked; it answers each `id` once. */
export type ToDetectorThread =
  | { readonly kind: 'open'; readonly id: number; readonly options: DetectorOptions }
  | {
      readonly kind: 'detect';
      readonly id: number;
      /** The id with which the detector was opened. */
      readonly detector: number;
      readonly image: Image;
      readonly golden: KeyedGolden | null;
      readonly dontCare: readonly Box[];
    }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'forget'; readonly key: number }
  | { readonly kind: 'close'; readonly id: number; readonly detector: number };

/** What it answers. */
export type FromDetectorThread =
  | { readonly kind: 'opened'; readonly id: number; readonly manifest: ModelManifest }
  | { readonly kind: 'found'; readonly id: number; readonly detections: Detections }
  | { readonly kind: 'closed'; readonly id: number }
  | { readonly kind: 'refused'; readonly id: number; readonly fault: PlainFault }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };
