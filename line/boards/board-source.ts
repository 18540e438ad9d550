import { makeBoard, makeTemplate, stationLook, templateOfStation, type TestedBoard } from '#line/boards/board.ts';
import { drawDesign, type Design } from '#line/boards/design.ts';
import { encodeImage } from '#line/boards/encode.ts';
import { createRandom } from '#line/boards/random.ts';
import type { GoldenSample, PartSource, ShownPart, ShownView } from '#line/part-source.ts';

/** Products of the simulated board station; their artworks depend on the name and view alone. */
export const boardProducts = ['pcb-a', 'pcb-b', 'pcb-c', 'pcb-d', 'pcb-e', 'pcb-f'] as const;

/** Views of a board and how each camera delivers its pictures. */
const boardViews = [
  { viewId: 'top', encoding: 'png' },
  { viewId: 'bottom', encoding: 'jpeg' },
] as const;

const lotSize = 10;
const designSeed = 7;
/** A known bad part is beyond doubt. */
const challengeDefects = 5;

export interface BoardSourceOptions {
  readonly seed: number;
  /** Side of the pictures; 640 unless told. */
  readonly sizePx?: number;
  /** Share of parts with a defect; 0.5 unless told. */
  readonly defectiveShare?: number;
}

/** An endless line of drawn boards, lot after lot of one product each. The same seed gives the same bytes. */
export function createBoardSource(options: BoardSourceOptions): PartSource {
  const { seed, sizePx = 640, defectiveShare = 0.5 } = options;
  const designs = new Map<string, Design>();
  const designOf = (productId: string, viewId: string): Design => {
    const name = `${productId}/${viewId}`;
    const design = designs.get(name) ?? drawDesign(createRandom(designSeed, name), sizePx);
    designs.set(name, design);
    return design;
  };
  return {
    count: Number.POSITIVE_INFINITY,
    part: (number) => makePart(number, { seed, defectiveShare, designOf }),
    challenge: async (number) => {
      const part = await makePart(
        challengeNumber(seed, number),
        { seed, defectiveShare: 1, designOf },
        challengeDefects,
      );
      return { ...part, serial: `challenge-${part.productId}`, challenge: true };
    },
    goldens: () => makeGoldens(designOf),
  };
}

interface Shop {
  readonly seed: number;
  readonly defectiveShare: number;
  readonly designOf: (productId: string, viewId: string) => Design;
}

function productOf(seed: number, number: number): string {
  return createRandom(seed, `lot/${Math.floor(number / lotSize)}`).pick(boardProducts);
}

/** A board of the same product that no line comes to in its life: its pixels are nobody else's. */
function challengeNumber(seed: number, number: number): number {
  let far = number + 1_000_000_000;
  while (productOf(seed, far) !== productOf(seed, number)) far += lotSize;
  return far;
}

async function makePart(number: number, shop: Shop, defectCount?: number): Promise<ShownPart> {
  const lot = Math.floor(number / lotSize);
  const productId = productOf(shop.seed, number);
  const random = createRandom(shop.seed, `part/${number}`);
  const counts = new Map<string, number>();
  const drawn = random.chance(shop.defectiveShare) ? random.int(1, 3) : 0;
  for (let left = defectCount ?? drawn; left > 0; left -= 1) {
    const { viewId } = random.pick(boardViews);
    counts.set(viewId, (counts.get(viewId) ?? 0) + 1);
  }
  const shown = await Promise.all(
    boardViews.map(async (view) => {
      const viewRandom = createRandom(shop.seed, `part/${number}/${view.viewId}`);
      const how = { look: stationLook(viewRandom), count: counts.get(view.viewId) ?? 0 };
      const board = makeBoard(shop.designOf(productId, view.viewId), viewRandom, how);
      return { view: await showView(board, view), defects: board.defects };
    }),
  );
  const defects = shown.flatMap(({ view, defects: found }) =>
    found.map(({ label, box }) => ({ viewId: view.viewId, label, box })),
  );
  return {
    serial: `PCB-${shop.seed}-${String(number).padStart(6, '0')}`,
    attempt: 1,
    lot: `PCB-${shop.seed}-L${String(lot).padStart(4, '0')}`,
    productId,
    recipeId: 'pcb',
    views: shown.map(({ view }) => view),
    truth: { defective: defects.length > 0, defects, known: true },
  };
}

async function showView(board: TestedBoard, view: (typeof boardViews)[number]): Promise<ShownView> {
  const { widthPx, heightPx } = board.tested;
  const bytes = await encodeImage(board.tested, view.encoding);
  return { viewId: view.viewId, cameraId: `cam-${view.viewId}`, encoding: view.encoding, widthPx, heightPx, bytes };
}

async function* makeGoldens(designOf: Shop['designOf']): AsyncIterable<GoldenSample> {
  for (const productId of boardProducts) {
    for (const { viewId } of boardViews) {
      const random = createRandom(designSeed, `golden/${productId}/${viewId}`);
      const template = makeTemplate(designOf(productId, viewId), random, templateOfStation);
      yield { productId, viewId, png: await encodeImage(template, 'png') };
    }
  }
}
