import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { intersectionArea, type Box } from '#detector/box.ts';
import { chooseImages } from '#detector/coco/choose-images.ts';
import { readCoco, type CocoImage } from '#detector/coco/read-coco.ts';
import { decodeImage } from '#detector/decode/decode-image.ts';
import { bootstrapDraws, estimate } from '#detector/evaluate/bootstrap.ts';
import { createProgress } from '#detector/evaluate/progress.ts';
import type { Image } from '#detector/image.ts';
import { createDetector, type Detector } from '#detector/onnx/create-detector.ts';
import { placesOf, type AskedPlace } from '#vlm/evaluate/crops-of.ts';
import { openReviewer } from '#vlm/evaluate/open-reviewer.ts';
import { parseReviewerOptions, reviewerHelp, type ReviewerEvaluation } from '#vlm/evaluate/options.ts';
import { figureOf, percentile, shares, type Scored } from '#vlm/evaluate/score-answers.ts';
import type { AskReviewer } from '#vlm/question.ts';

const rounds = 400;
// A wrong label costs a second question; one defect in so many gets one.
const plantEvery = 3;
const never = new AbortController().signal;

/** Runs `npm run eval -- reviewer`: the text for standard output. */
export async function evaluateReviewer(args: readonly string[]): Promise<string> {
  const options = parseReviewerOptions(args);
  if (options === null) return reviewerHelp;
  const set = await readCoco(options.coco);
  const images = chooseImages(set, { ...options, needsTemplate: options.template });
  await using stack = new AsyncDisposableStack();
  const { modelDir, detector: name, scoreFrom } = options;
  const detector = stack.use(await createDetector({ modelDir, name, threads: 1, scoreFrom }));
  const reviewer = await openReviewer(options, stack);
  const tell = createProgress(images.length, 'images');
  const scored: Scored[] = [];
  for (const [index, image] of images.entries()) {
    scored.push(...(await scoreImage(image, index, { options, detector, ask: reviewer.ask })));
    tell(index + 1);
  }
  return report(scored, images.length, options, reviewer.cpuMs);
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
  const places = placesOf(await detector.detect(viewImage, golden), source.defects);
  const scored: Scored[] = [];
  for (const [number, place] of places.entries()) {
    const seed = (options.seed * 1_000_003 + index * 1009 + number) | 0;
    const { window, ...answered } = await askPlace(place, { viewImage, golden }, seed, stage);
    const others = source.defects.filter((defect) => defect !== place.truth);
    const showsAnother = window !== null && others.some(({ box }) => intersectionArea(box, window) > 0);
    scored.push({ image: index, place, showsAnother, ...answered });
  }
  return scored;
}

/** Asks as the line does; about some defects also with a wrong label planted, which is only looked for in the answer. */
async function askPlace(
  { call, truth }: AskedPlace,
  images: { readonly viewImage: Image; readonly golden: Image | null },
  seed: number,
  { options, detector, ask }: Stage,
): Promise<Pick<Scored, 'review' | 'echoed'> & { readonly window: Box | null }> {
  const { labels } = detector.manifest;
  const { benignCauses, deadlineMs } = options;
  const question = {
    ...call,
    ...images,
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

function report(
  scored: readonly Scored[],
  images: number,
  { json, seed }: ReviewerEvaluation,
  cpuMs: readonly number[],
): string {
  const draws = bootstrapDraws(images, rounds, seed);
  const figures = Object.entries(shares).map(
    ([name, count]) => [name, estimate(figureOf(scored, count, images), images, draws)] as const,
  );
  const latencies = scored.flatMap(({ review }) => (review.record ? [review.record.latencyMs] : []));
  const unavailable = Map.groupBy(scored, ({ review }) => (review.kind === 'answered' ? 'answered' : review.reason));
  const facts = {
    p50Ms: rounded(percentile(latencies, 0.5)),
    p95Ms: rounded(percentile(latencies, 0.95)),
    engineCpuP50Ms: rounded(percentile(cpuMs, 0.5)),
    engineCpuP95Ms: rounded(percentile(cpuMs, 0.95)),
    images,
    crops: scored.length,
    falseCalls: scored.filter(({ place }) => place.truth === null).length,
  };
  const endings = Object.fromEntries([...unavailable].map(([reason, all]) => [reason, all.length]));
  if (json) {
    const values = Object.fromEntries(figures.map(([name, { value }]) => [name, rounded(value)]));
    const intervals = Object.fromEntries(figures.map(([name, { interval }]) => [name, interval?.map(rounded) ?? null]));
    return `${JSON.stringify({ ...values, ...facts, endings, intervals })}\n`;
  }
  const rows = figures.map(([name, { value, interval }]) => {
    const range = interval ? `   (${interval.map((end) => end.toFixed(4)).join(' to ')})` : '';
    return [name, `${value?.toFixed(4) ?? '-'}${range}`];
  });
  rows.push(...Object.entries(facts).map(([name, value]) => [name, String(value)]));
  return rows.map(([name = '', value = '']) => `${name.padEnd(20)}${value}\n`).join('');
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1e4) / 1e4;
}
