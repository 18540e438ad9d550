import type { Box } from '#detector/box.ts';
import type { Detections, Registration } from '#detector/detection.ts';
import { imagePlanes, toGrey } from '#detector/frame-planes.ts';
import type { Image } from '#detector/image.ts';
import { mergeDetections } from '#detector/merge-detections.ts';
import type { ModelManifest } from '#detector/model-manifest.ts';
import { nameDetections, type SeenFrame } from '#detector/onnx/name-detections.ts';
import type { PlanarFrame } from '#detector/onnx/fill-tensor.ts';
import type { WindowRunner } from '#detector/onnx/run-windows.ts';
import { regionWindows } from '#detector/region-windows.ts';
import type { GoldenComparer } from '#detector/template/compare-golden.ts';
import { tileGrid } from '#detector/tile-grid.ts';
import type { Window } from '#detector/window.ts';
import { FaultError } from '#host/fault.ts';

export interface InspectOptions {
  readonly signal?: AbortSignal | undefined;
  readonly dontCare: readonly Box[];
}

/** Inspects one frame; frames of one detector come one after the other. */
export type InspectFrame = (image: Image, golden: Image | null, options: InspectOptions) => Promise<Detections>;

/** What an inspector is made of. */
export interface InspectorParts {
  readonly manifest: ModelManifest;
  readonly runner: WindowRunner;
  /** null for a model that looks at one image alone. */
  readonly comparer: GoldenComparer | null;
  readonly look: 'differences' | 'whole';
}

/** Where to look in a frame, and what it was compared with. */
interface LookPlan extends SeenFrame {
  readonly frame: PlanarFrame;
  readonly windows: readonly Window[];
}

/** Builds the way of a frame through a model: compare with the golden, look, merge, name. */
export function createFrameInspector(parts: InspectorParts): InspectFrame {
  const { comparer, manifest, runner } = parts;
  return async (image, golden, { signal, dontCare }) => {
    signal?.throwIfAborted();
    const startedAt = performance.now();
    const plan = comparer ? planPair(parts, comparer.compare, { image, golden, dontCare }) : planFrame(parts, image);
    if (plan === null) return unlike(performance.now() - startedAt);
    const raw = await runner.run(plan.frame, plan.windows, signal);
    signal?.throwIfAborted();
    const found = mergeDetections(raw);
    const cared = found.filter(({ box }) => !dontCare.some((other) => covers(other, box)));
    const named = nameDetections(manifest, cared, plan);
    const registration = plan.comparison?.registration ?? null;
    return { ...named, registration, inferenceMs: performance.now() - startedAt };
  };
}

function planFrame({ manifest, runner }: InspectorParts, image: Image): LookPlan {
  const { widthPx, heightPx } = image;
  const frame = { widthPx, heightPx, planes: imagePlanes(image, manifest.input.channels) };
  return { frame, windows: tileGrid(widthPx, heightPx, runner.tile), comparison: null };
}

interface Asked {
  readonly image: Image;
  readonly golden: Image | null;
  readonly dontCare: readonly Box[];
}

function planPair({ look, runner }: InspectorParts, compare: GoldenComparer['compare'], asked: Asked): LookPlan | null {
  const tested = toGrey(asked.image);
  const comparison = compare(tested, requireGolden(asked.golden), asked.dontCare);
  if (comparison === null) return null;
  const { widthPx, heightPx } = tested;
  const planes = [tested, comparison.template].map(({ data }) => ({ data, step: 1 as const, offset: 0 }));
  const frame = { widthPx, heightPx, planes };
  const { regionPx } = runner.tile;
  const { regions } = comparison;
  const some =
    look === 'whole' || regionPx === null ? null : regionWindows(regions, frame, { ...runner.tile, regionPx });
  return { frame, comparison, windows: some ?? tileGrid(widthPx, heightPx, runner.tile) };
}

function requireGolden(golden: Image | null): Image {
  if (golden) return golden;
  throw new FaultError('GOLDEN_INVALID', 'the model compares with a golden sample and none was given', {
    place: 'detector',
    wayOut: 'Give every view of the recipe a golden sample, or name a model that needs none.',
  });
}

/** A golden of another size shows another view: nothing can be said of the part, which is a doubt. */
function unlike(inferenceMs: number): Detections {
  const registration: Registration = { status: 'uncertain', dxPx: 0, dyPx: 0, rotationDeg: 0, scale: 1, residual: 1 };
  return { detections: [], candidates: [], registration, inferenceMs };
}

/** Wholly: how much of a detection may stick out of a zone is for the recipe to say, and the rules to judge. */
function covers(outer: Box, inner: Box): boolean {
  return outer.x1 <= inner.x1 && outer.y1 <= inner.y1 && outer.x2 >= inner.x2 && outer.y2 >= inner.y2;
}
