import { decodeImage } from '#detector/decode/decode-image.ts';
import type { Image } from '#detector/image.ts';
import { createDetector, type Detector } from '#detector/onnx/create-detector.ts';
import { createBallscrewSource } from '#line/ballscrew/ballscrew-source.ts';
import { createBoardSource } from '#line/boards/board-source.ts';
import type { PartSource } from '#line/part-source.ts';
import type { ViewEvidence } from '#rules/evidence.ts';

/** What the detector found on one real frame of one station. */
export interface FoundView {
  readonly station: 'pcb' | 'ballscrew';
  readonly view: ViewEvidence;
  readonly image: Image;
  readonly golden: Image | null;
}

/** Runs the models of a folder over parts of both simulated stations; views on which they find something. */
export async function collectViews(modelDir: string, parts: number, seed: number): Promise<readonly FoundView[]> {
  const boards = createBoardSource({ seed, defectiveShare: 0.9 });
  const spindles = await createBallscrewSource();
  await using pcb = await createDetector({ modelDir, name: 'pcb-pair' });
  await using surface = await createDetector({ modelDir, name: 'surface' });
  return [
    ...(await inspect(boards, parts, { station: 'pcb', detector: pcb })),
    ...(await inspect(spindles, parts, { station: 'ballscrew', detector: surface })),
  ];
}

async function inspect(
  source: PartSource,
  parts: number,
  { station, detector }: { station: FoundView['station']; detector: Detector },
): Promise<readonly FoundView[]> {
  const goldens = new Map<string, Image>();
  for await (const { productId, viewId, png } of source.goldens()) {
    goldens.set(`${productId}/${viewId}`, await decodeImage(png));
  }
  const found: FoundView[] = [];
  for (let number = 0; number < parts; number += 1) {
    const { productId, views } = await source.part(number);
    for (const view of views) {
      const image = await decodeImage(view.bytes);
      const golden = goldens.get(`${productId}/${view.viewId}`) ?? null;
      const seen = await look(view.viewId, { image, golden }, detector);
      if (seen.detections.length + seen.candidates.length > 0) found.push({ station, view: seen, image, golden });
    }
    process.stderr.write(`${station}: part ${number + 1} of ${parts}, ${found.length} views with something on them\n`);
  }
  return found;
}

async function look(
  viewId: string,
  { image, golden }: Pick<FoundView, 'image' | 'golden'>,
  detector: Detector,
): Promise<ViewEvidence> {
  const { detections, candidates, registration } = await detector.detect(image, golden);
  return {
    viewId,
    capturedAt: '2026-03-01T08:00:00.000Z',
    goldenSha256: null,
    doubts: [],
    widthPx: image.widthPx,
    heightPx: image.heightPx,
    registration,
    detections: detections.map((one) => ({ ...one, id: `${viewId}-${one.id}` })),
    candidates: candidates.map((one) => ({ ...one, id: `${viewId}-${one.id}` })),
    reviews: [],
  };
}
