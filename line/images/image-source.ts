import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, extname, relative, resolve } from 'node:path';
import sharp from 'sharp';
import { listImages, type ListedImage } from '#line/images/list-images.ts';
import type { GoldenSample, PartSource, ShownPart, ShownView } from '#line/part-source.ts';

export interface ImageSourceOptions {
  readonly dir: string;
  /** Recipe of every part; null = `pcb-single` for parts with a template, `ballscrew` for the others. */
  readonly recipeId: string | null;
}

const viewId = 'surface';

/**
 * Parts from a folder of images, one view each, in the order of its COCO files or else of their names. Bytes are shown
 * as they are, broken ones too: to doubt them is the edge node's work.
 * @throws FaultError IMAGES_NOT_FOUND, COCO_INVALID
 */
export async function createImageSource(options: ImageSourceOptions): Promise<PartSource> {
  const dir = resolve(options.dir);
  const images = await listImages(dir);
  return {
    count: images.length,
    part: async (number) => {
      const image = images[number];
      if (!image) throw new RangeError(`the folder has ${images.length} parts, not ${number + 1}`);
      return showPart(image, { dir, recipeId: options.recipeId ?? (image.template ? 'pcb-single' : 'ballscrew') });
    },
    challenge: async (number) => {
      // One of the folder that is known to be bad, of the same template where parts have one.
      const template = images[number]?.template;
      const known = images.filter((image) => (image.defects?.length ?? 0) > 0 && image.template === template);
      // The one that comes again last: shown twice at short intervals it would be taken for a repeated frame.
      const ahead = (image: ListedImage): number => (images.indexOf(image) - number + images.length) % images.length;
      const bad = known.toSorted((a, b) => ahead(b) - ahead(a))[0];
      if (!bad) return null;
      const recipeId = options.recipeId ?? (bad.template ? 'pcb-single' : 'ballscrew');
      const part = await showPart(bad, { dir, recipeId });
      return { ...part, serial: `challenge-${part.serial}`, challenge: true };
    },
    goldens: () => readGoldens(dir, images),
  };
}

async function showPart(image: ListedImage, place: { dir: string; recipeId: string }): Promise<ShownPart> {
  const stem = relative(place.dir, image.path).slice(0, -extname(image.path).length);
  const defects = (image.defects ?? []).map((defect) => ({ viewId, ...defect }));
  return {
    serial: plain(stem),
    attempt: 1,
    lot: plain(image.group ?? basename(place.dir)),
    productId: image.template ? productOf(place.dir, image.template) : plain(basename(place.dir)),
    recipeId: place.recipeId,
    views: [await showView(image.path)],
    truth: { defective: defects.length > 0, defects, known: image.defects !== null },
  };
}

async function showView(path: string): Promise<ShownView> {
  const stored = await readFile(path);
  const type = extname(path).toLowerCase();
  const wire = type === '.png' || type === '.jpg' || type === '.jpeg';
  // A camera sends PNG or JPEG; other files are rewritten without loss where that can be done.
  const bytes = wire ? stored : await toPng(stored).catch(() => stored);
  const encoding = type === '.jpg' || type === '.jpeg' ? 'jpeg' : 'png';
  return { viewId, cameraId: 'cam-surface', encoding, ...(await sizeOf(bytes)), bytes };
}

/** Size as the header says; 0 x 0 where nothing reads it. */
async function sizeOf(bytes: Uint8Array): Promise<{ widthPx: number; heightPx: number }> {
  try {
    const { width, height } = await sharp(bytes).metadata();
    return { widthPx: width, heightPx: height };
  } catch {
    return { widthPx: 0, heightPx: 0 };
  }
}

async function* readGoldens(dir: string, images: readonly ListedImage[]): AsyncIterable<GoldenSample> {
  const templates = new Set(images.flatMap((image) => (image.template ? [image.template] : [])));
  for (const template of templates) {
    const png = await readFile(template)
      .then(toPng)
      .catch(() => null);
    // One broken template must not stop the line: without its golden sample the edge node doubts each such part.
    if (png) yield { productId: productOf(dir, template), viewId, png };
  }
}

function toPng(bytes: Uint8Array): Promise<Buffer> {
  return sharp(bytes).png({ compressionLevel: 2 }).toBuffer();
}

/** A product for each template; the digest keeps apart templates of the same name in different folders. */
function productOf(dir: string, template: string): string {
  const path = relative(dir, template);
  const digest = createHash('sha256').update(path).digest('hex').slice(0, 8);
  return `${plain(basename(path, extname(path)))}-${digest}`;
}

/** A name that is safe as a folder and a topic level. */
function plain(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_-]+/g, '-');
}
