import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CocoImage, Truth } from '#detector/coco/read-coco.ts';
import { decodeImage } from '#detector/decode/decode-image.ts';
import type { Detections } from '#detector/detection.ts';
import type { Call } from '#detector/evaluate/match-image.ts';
import type { EvaluateOptions } from '#detector/evaluate/options.ts';
import { perturb } from '#detector/evaluate/perturb.ts';
import { seededRandom } from '#detector/seeded-random.ts';
import type { Image } from '#detector/image.ts';
import { needsGolden } from '#detector/model-manifest.ts';
import type { Detector } from '#detector/onnx/create-detector.ts';
import type { OpenCv } from '#detector/template/open-cv.ts';

/** One image of the set after the detector has seen it. */
export interface SeenImage {
  readonly fileName: string;
  readonly calls: readonly Call[];
  readonly truths: readonly Truth[];
  readonly uncertain: boolean;
  readonly detectMs: number;
}

/** One image as the detector sees it. */
export interface ShownImage {
  readonly tested: Image;
  readonly golden: Image | null;
  readonly truths: readonly Truth[];
}

/** Loads an image and its template, and wears it as the options say. The same image is always worn the same way. */
export async function showImage(
  cv: OpenCv,
  source: CocoImage,
  index: number,
  options: EvaluateOptions,
): Promise<ShownImage> {
  const load = async (name: string): Promise<Image> => {
    const path = join(options.root, name);
    return decodeImage(await readFile(path), path);
  };
  const golden = source.template === null ? null : await load(source.template);
  const tested = options.clean && golden ? golden : await load(source.fileName);
  const random = seededRandom(options.seed * 100_003 + index);
  const { image, moveBox } = await perturb(cv, tested, options.perturbation, random);
  const truths = options.clean ? [] : source.defects.map(({ label, box }) => ({ label, box: moveBox(box) }));
  return { tested: image, golden, truths };
}

/** Shows one image to the detector; the time is from decoded frame to detections. */
export async function seeImage(detector: Detector, source: CocoImage, shown: ShownImage): Promise<SeenImage> {
  const startedAt = performance.now();
  const golden = needsGolden(detector.manifest) ? shown.golden : null;
  const said = await detector.detect(shown.tested, golden);
  const detectMs = performance.now() - startedAt;
  const uncertain = said.registration?.status === 'uncertain';
  return { fileName: source.fileName, calls: callsOf(said), truths: shown.truths, uncertain, detectMs };
}

function callsOf({ detections, candidates }: Detections): Call[] {
  const fromNet = candidates.filter(({ source }) => source === 'net');
  return [...detections, ...fromNet].map(({ label, score, box }) => ({ label, score, box }));
}
