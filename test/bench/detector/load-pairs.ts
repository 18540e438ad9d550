import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readCoco } from '#detector/coco/read-coco.ts';
import { decodeImage } from '#detector/decode/decode-image.ts';
import { toGrey } from '#detector/frame-planes.ts';
import { drawDesign } from '#line/boards/design.ts';
import { makeBoard, makeTemplate, stationLook } from '#line/boards/board.ts';
import { createRandom } from '#line/boards/random.ts';
import type { BoardPair } from './mosaic.ts';

/** Pairs of a COCO file with templates, spread evenly over it; decoded and grey. */
export async function loadPairs(coco: string, root: string, limit: number): Promise<BoardPair[]> {
  const { images } = await readCoco(coco);
  const withTemplate = images.flatMap((image) =>
    image.template === null ? [] : [{ ...image, template: image.template }],
  );
  const step = Math.max(1, withTemplate.length / limit);
  const chosen = withTemplate.filter((_, index) => Math.floor(index / step) > Math.floor((index - 1) / step));
  const load = async (name: string) => toGrey(await decodeImage(await readFile(join(root, name)), name));
  return Promise.all(
    chosen.map(async ({ fileName, template, defects }) => ({
      tested: await load(fileName),
      golden: await load(template),
      truths: defects,
    })),
  );
}

/** Boards drawn by the generator, with up to nine defects each. */
export function drawPairs(count: number, sizePx: number): BoardPair[] {
  return Array.from({ length: count }, (_, index) => {
    const random = createRandom(1000 + index, 'bench');
    const design = drawDesign(random, sizePx);
    const look = stationLook(random);
    const { tested, defects } = makeBoard(design, random, { look, count: index % 10 });
    return { tested, golden: makeTemplate(design, random, look), truths: defects };
  });
}
