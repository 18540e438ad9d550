import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { intersectionArea, type Box } from '#detector/box.ts';
import { chooseImages } from '#detector/coco/choose-images.ts';
import { readCoco, type CocoImage } from '#detector/coco/read-coco.ts';
import { decodeImage } from '#detector/decode/decode-image.ts';
import { createProgress } from '#detector/evaluate/progress.ts';
import type { Detection } from '#detector/detection.ts';
import type { Image } from '#detector/image.ts';
import { createDetector, type Detector } from '#detector/onnx/create-detector.ts';
import { placesOf, type AskedPlace } from '#vlm/evaluate/crops-of.ts';
import { openReviewer } from '#vlm/evaluate/open-reviewer.ts';
import type { ReviewerEvaluation } from '#vlm/evaluate/options.ts';
import type { Scored } from '#vlm/evaluate/score-answers.ts';
import type { ReviewerOptions } from '#vlm/openai/reviewer-options.ts';
import type { AskReviewer } from '#vlm/question.ts';

// A wrong label costs a second question; one defect in so many gets one.
const plantEvery = 3;
const never = new AbortController().signal;

/** Answers of known truth. */
export interface ScoredSet {
  readonly scored: readonly Scored[];
  readonly images: number;
  /** Processor time of each answer; none of a server. */
  readonly cpuMs: readonly number[];
}

/**
 * Asks a reviewer about the places of a set as the line cuts them. `before` hears whom is asked, first.
 * @throws FaultError COCO_INVALID, and those of detector and embedded reviewer
 */
export async function scoreSet(
  options: ReviewerEvaluation,
  before: (asked: ReviewerOptions) => Promise<void> = () => Promise.resolve(),
): Promise<ScoredSet> {
  const set = await readCoco(options.coco);
  const images = chooseImages(set, { ...options, needsTemplate: options.template });
  await using stack = new AsyncDisposableStack();
  const { modelDir, detector: name, scoreFrom } = options;
  const reviewer = await openReviewer(options, stack);
  await before(reviewer.asked);
  const detector = stack.use(await createDetector({ modelDir, name, threads: 1, scoreFrom }));
  const tell = createProgress(images.length, 'images');
  const scored: Scored[] = [];
  for (const [index, image] of images.entries()) {
    scored.push(...(await scoreImage(image, index, { options, detector, ask: reviewer.ask })));
    tell(index + 1);
  }
  return { scored, images: images.length, cpuMs: reviewer.cpuMs };
}

interface Stage {
  readonly options: ReviewerEvaluation;
  readonly detector: Detector;
  readonly ask: AskReviewer;
}

async function scoreImage(source: CocoImage, index: number, stage: Stage): Promise<Scored[]> {
  const { options, detector } = stage;
  const viewImage = await load(options.root, source.fileName);
  const golden = options.template && source.template !== null ? await load(options.root, source.template) : null;
  const found = await detector.detect(viewImage, golden);
  const calls = [...found.detections, ...found.candidates];
  const places = placesOf(found, source.defects);
  const scored: Scored[] = [];
  for (const [number, place] of places.entries()) {
    const seed = (options.seed * 1_000_003 + index * 1009 + number) | 0;
    const { window, ...answered } = await askPlace(place, { viewImage, golden, calls }, seed, stage);
    const others = source.defects.filter((defect) => defect !== place.truth);
    const showsAnother = window !== null && others.some(({ box }) => intersectionArea(box, window) > 0);
    scored.push({ image: index, place, showsAnother, ...answered });
  }
  return scored;
}

interface SeenView {
  readonly viewImage: Image;
  readonly golden: Image | null;
  readonly calls: readonly Detection[];
}

/** Asks as the line does; about some defects also with a wrong label planted, which is only looked for in the answer. */
async function askPlace(
  { call, truth }: AskedPlace,
  { calls, ...images }: SeenView,
  seed: number,
  { options, detector, ask }: Stage,
): Promise<Pick<Scored, 'review' | 'echoed'> & { readonly window: Box | null }> {
  const { labels } = detector.manifest;
  const { benignCauses, deadlineMs } = options;
  const question = {
    ...call,
    ...images,
    beside: calls.filter(({ id }) => id !== call.id),
    mode: 'named',
    labels,
    benignCauses,
    language: 'en',
    seed,
    deadlineMs,
  } as const;
  const { review, asked } = await ask(question, never);
  const window = asked?.window ?? null;
  const others = labels.filter((label) => label !== truth?.label);
  const planted = others[Math.abs(seed) % Math.max(1, others.length)];
  if (!truth || planted === undefined || Math.abs(seed) % plantEvery !== 0) return { review, window, echoed: null };
  const again = await ask({ ...question, label: planted }, never);
  return { review, window, echoed: again.review.kind === 'answered' && again.review.finding.label === planted };
}

async function load(root: string, name: string): Promise<Image> {
  const path = join(root, name);
  return decodeImage(await readFile(path), path);
}
