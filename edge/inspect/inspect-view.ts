import { decodeImage } from '#detector/decode/decode-image.ts';
import type { Candidate, Detection, Detections, Registration } from '#detector/detection.ts';
import type { Image } from '#detector/image.ts';
import { FaultError } from '#host/fault.ts';
import type { Log } from '#host/log.ts';
import type { Detect } from '#edge/detect/detect.ts';
import type { Golden, Goldens } from '#edge/detect/goldens.ts';
import type { Frame } from '#edge/frame.ts';
import { until } from '#edge/inspect/until.ts';
import { triggerKey } from '#edge/trigger.ts';
import { frameDoubts } from '#edge/validity/frame-doubts.ts';
import { measureImage, type ImageMeasures } from '#edge/validity/measure-image.ts';
import type { RecentFrames } from '#edge/validity/recent-frames.ts';
import type { FrameDoubt } from '#rules/evidence.ts';
import type { Recipe } from '#rules/recipe.ts';

/** What the first stages made of one view, before anybody is asked. */
export interface InspectedView {
  readonly viewId: string;
  /** null where the frame did not come. */
  readonly frame: Frame | null;
  /** null where the frame could not be decoded. */
  readonly image: Image | null;
  readonly golden: Golden | null;
  readonly measured: Readonly<Record<string, number>>;
  readonly doubts: readonly FrameDoubt[];
  /** Of the decoded image; 0 where there is none. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly registration: Registration | null;
  readonly detections: readonly Detection[];
  readonly candidates: readonly Candidate[];
  readonly validityMs: number;
  readonly detectMs: number;
}

/** What the stages of a view work with. */
export interface ViewTools {
  readonly recipe: Recipe;
  readonly detect: Detect;
  /** True for a model that compares with a golden: without one it cannot look. */
  readonly needsGolden: boolean;
  readonly goldens: Goldens;
  readonly recentFrames: RecentFrames;
  readonly log: Log;
  /** Aborts when the part's time is over. */
  readonly deadline: AbortSignal;
}

/** A view of which nothing can be said but why. */
export function absentView(viewId: string, doubt: FrameDoubt): InspectedView {
  return {
    viewId,
    frame: null,
    image: null,
    golden: null,
    measured: {},
    doubts: [doubt],
    ...nothingFound,
    widthPx: 0,
    heightPx: 0,
    validityMs: 0,
    detectMs: 0,
  };
}

const nothingFound = { registration: null, detections: [], candidates: [] } as const;

/** Decodes, measures and searches one frame. Never throws for what a frame or model can do: that is a doubt. */
export async function inspectView(frame: Frame, tools: ViewTools): Promise<InspectedView> {
  const { viewId } = frame;
  const startedMs = performance.now();
  const image = await decode(frame, tools.log);
  if (!image) return { ...absentView(viewId, 'unreadable'), frame, validityMs: performance.now() - startedMs };
  const { widthPx, heightPx } = image;
  const measures = measureImage(image);
  const golden = await findGolden(frame, tools);
  const doubts = [...doubtsOf(frame, { image, measures }, tools)];
  if (!golden && wantsGolden(viewId, tools)) doubts.push('golden-missing');
  const judgedMs = performance.now();
  const found = golden || !tools.needsGolden ? await search(frame, { image, golden }, tools) : nothingFound;
  if (found === 'failed') doubts.push('inference-failed');
  const { registration, detections, candidates } = found === 'failed' ? nothingFound : found;
  const validityMs = judgedMs - startedMs;
  const detectMs = performance.now() - judgedMs;
  const seen = { frame, image, golden, measured: { ...measures }, doubts, widthPx, heightPx, validityMs, detectMs };
  return { viewId, ...seen, registration, detections, candidates };
}

function doubtsOf(
  frame: Frame,
  { image, measures }: { readonly image: Image; readonly measures: ImageMeasures },
  { recipe, recentFrames }: ViewTools,
): readonly FrameDoubt[] {
  const doubts = new Set(frameDoubts(image, measures, recipe.frame));
  if (frame.widthPx !== image.widthPx || frame.heightPx !== image.heightPx) doubts.add('wrong-size');
  if (recentFrames.repeats({ viewId: frame.viewId, trigger: triggerKey(frame), image }, recipe.frame.repeatedWithin))
    doubts.add('repeated');
  return [...doubts];
}

function wantsGolden(viewId: string, { recipe, needsGolden }: ViewTools): boolean {
  return needsGolden || recipe.views.some((view) => view.viewId === viewId && view.golden === 'required');
}

async function decode(frame: Frame, log: Log): Promise<Image | null> {
  try {
    return await decodeImage(frame.bytes, `frame ${frame.frameId}`);
  } catch (error) {
    log.warn({ err: error, frameId: frame.frameId, viewId: frame.viewId }, 'frame not readable');
    return null;
  }
}

async function findGolden(frame: Frame, { goldens, log }: ViewTools): Promise<Golden | null> {
  try {
    return await goldens.find(frame.productId, frame.viewId);
  } catch (error) {
    log.error({ err: error, productId: frame.productId, viewId: frame.viewId }, 'golden not readable');
    return null;
  }
}

async function search(
  frame: Frame,
  { image, golden }: { readonly image: Image; readonly golden: Golden | null },
  { detect, deadline, log }: ViewTools,
): Promise<Detections | 'failed'> {
  const facts = { frameId: frame.frameId, viewId: frame.viewId, serial: frame.serial };
  const result = await until(deadline, detect(image, golden?.image ?? null, deadline), (late) =>
    log.warn({ ...facts, late: late.kind }, 'inference ended after the deadline; it changes nothing'),
  );
  if (result.kind === 'done') return withViewIds(result.value, frame.viewId);
  if (result.kind === 'failed') {
    const code = result.error instanceof FaultError ? result.error.code : undefined;
    log.error({ ...facts, code, err: result.error }, 'inference failed');
  }
  return 'failed';
}

/** The detector counts within a frame; an inspection has several. */
function withViewIds(found: Detections, viewId: string): Detections {
  return {
    ...found,
    detections: found.detections.map((detection) => ({ ...detection, id: `${viewId}-${detection.id}` })),
    candidates: found.candidates.map((candidate) => ({ ...candidate, id: `${viewId}-${candidate.id}` })),
  };
}
