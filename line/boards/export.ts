import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { makeBoard, makeTemplate, trainingLook, stationLook } from '#line/boards/board.ts';
import { boardLabels } from '#line/boards/defects.ts';
import { drawDesign } from '#line/boards/design.ts';
import { encodeImage } from '#line/boards/encode.ts';
import { createRandom } from '#line/boards/random.ts';

interface ExportOptions {
  readonly out: string;
  readonly parts: number;
  readonly seed: number;
  readonly size: number;
  readonly clean: number;
  readonly defects: number;
  readonly look: string;
}

const options = new Command('export')
  .description(
    'Draws pairs of template and tested board with their defects as a COCO file, for training and evaluation.',
  )
  .requiredOption('--out <dir>', 'folder for images/ and coco.json')
  .option('--parts <n>', 'pairs to draw, each of another design', whole, 100)
  .option('--seed <n>', 'the same seed draws the same pairs', whole, 1)
  .option('--size <px>', 'side of the pictures', whole, 640)
  .option('--clean <share>', 'share of boards without a defect, 0..1', Number, 0.2)
  .option('--defects <n>', 'most defects on a board', whole, 9)
  .option('--look <name>', 'training (greys and thresholded) or station (as the simulated station sees)', 'training')
  .parse()
  .opts<ExportOptions>();

await exportBoards(options);

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('Give a whole number, 0 or more.');
  return value;
}

async function exportBoards(wanted: ExportOptions): Promise<void> {
  await mkdir(join(wanted.out, 'images'), { recursive: true });
  const images: object[] = [];
  const annotations: object[] = [];
  for (let number = 0; number < wanted.parts; number += 1) {
    const pair = drawPair(wanted, number);
    const name = `images/${String(number).padStart(5, '0')}`;
    await writeFile(join(wanted.out, `${name}_test.png`), await encodeImage(pair.tested, 'png'));
    await writeFile(join(wanted.out, `${name}_temp.png`), await encodeImage(pair.template, 'png'));
    images.push({
      id: number + 1,
      file_name: `${name}_test.png`,
      width: wanted.size,
      height: wanted.size,
      template: `${name}_temp.png`,
      group: `design-${wanted.seed}-${number}`,
    });
    for (const { label, box } of pair.defects) {
      const bbox = [box.x1, box.y1, box.x2 - box.x1, box.y2 - box.y1];
      annotations.push({
        id: annotations.length + 1,
        image_id: number + 1,
        category_id: boardLabels.indexOf(label) + 1,
        bbox,
        area: (box.x2 - box.x1) * (box.y2 - box.y1),
        iscrowd: 0,
      });
    }
    if ((number + 1) % 25 === 0 || number + 1 === wanted.parts) {
      process.stderr.write(`${number + 1} of ${wanted.parts} pairs, ${annotations.length} defects\n`);
    }
  }
  const info = {
    dataset: 'Hairline boards',
    version: '1',
    seed: wanted.seed,
    source: 'drawn by line/boards/export.ts',
    licence: 'Apache-2.0',
  };
  const categories = boardLabels.map((name, index) => ({ id: index + 1, name }));
  await writeFile(join(wanted.out, 'coco.json'), `${JSON.stringify({ info, images, annotations, categories })}\n`);
}

function drawPair(wanted: ExportOptions, number: number) {
  const random = createRandom(wanted.seed, `export/${number}`);
  const design = drawDesign(random, wanted.size);
  const look = wanted.look === 'station' ? stationLook(random) : trainingLook(random);
  const template = makeTemplate(design, random, look);
  const count = random.chance(wanted.clean) ? 0 : random.int(1, Math.max(1, wanted.defects));
  return { template, ...makeBoard(design, random, { look, count }) };
}
