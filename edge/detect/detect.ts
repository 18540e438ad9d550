import type { Detections } from '#detector/detection.ts';
import type { Image } from '#detector/image.ts';

/** Finds the defects of one frame, with the golden of the same view where there is one. Throws where it cannot. */
export type Detect = (image: Image, golden: Image | null, signal: AbortSignal) => Promise<Detections>;
