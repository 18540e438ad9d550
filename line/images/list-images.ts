import { readdir } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve, sep } from 'node:path';
import { FaultError } from '#host/fault.ts';
import { cocoFault, looksLikeCoco, readCoco, readJson, type CocoImage } from '#detector/coco/read-coco.ts';

/** An image to show, with what is known of it. */
export interface ListedImage {
  /** Absolute. */
  readonly path: string;
  /** Golden sample, absolute; null = none. */
  readonly template: string | null;
  readonly group: string | null;
  /** null = not annotated. */
  readonly defects: CocoImage['defects'] | null;
}

const imageTypes = new Set(['.png', '.jpg', '.jpeg', '.webp', '.tif', '.tiff']);

/**
 * Lists what a folder has to show, sub-folders too. A COCO file in the folder, or else one folder above, names
 * images, templates and truth; then what it does not name is not shown. Without one, NAME_temp.* beside NAME_test.* is
 * its golden sample and nothing is known of defects.
 * @throws FaultError IMAGES_NOT_FOUND, COCO_INVALID
 */
export async function listImages(folder: string): Promise<readonly ListedImage[]> {
  const dir = resolve(folder);
  const files = await walk(dir);
  const cocoFiles = await findCocoFiles(dir);
  const listed = cocoFiles.length > 0 ? await listByCoco(dir, files, cocoFiles) : listByName(files);
  if (listed.length === 0) throw nothingFound(dir, 'the folder holds no image that can be shown');
  return listed;
}

async function walk(dir: string): Promise<ReadonlySet<string>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    throw nothingFound(dir, 'the folder cannot be read', error);
  });
  const paths = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && imageTypes.has(typeOf(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name));
  return new Set(paths.toSorted());
}

function typeOf(path: string): string {
  return extname(path).toLowerCase();
}

async function findCocoFiles(dir: string): Promise<readonly string[]> {
  const inside = await cocoFilesIn(dir);
  return inside.length > 0 ? inside : await cocoFilesIn(dirname(dir));
}

async function cocoFilesIn(dir: string): Promise<readonly string[]> {
  const names = (await readdir(dir)).filter((name) => typeOf(name) === '.json').toSorted();
  const found: string[] = [];
  for (const name of names) {
    const file = join(dir, name);
    // Other JSON files may lie about, broken ones too; a name with "coco" in it is a promise.
    const isCoco = /coco/i.test(name) || looksLikeCoco(await readJson(file).catch(() => null));
    if (isCoco) found.push(file);
  }
  return found;
}

async function listByCoco(dir: string, files: ReadonlySet<string>, cocoFiles: readonly string[]) {
  const listed = new Map<string, ListedImage>();
  for (const cocoFile of cocoFiles) {
    const missing: string[] = [];
    for (const image of (await readCoco(cocoFile)).images) {
      const roots = [dirname(cocoFile), dir];
      const path = roots.map((root) => resolve(root, image.fileName)).find((candidate) => files.has(candidate));
      if (path) listed.set(path, merge(listed.get(path), toListed(path, image, roots)));
      else if (roots.some((root) => resolve(root, image.fileName).startsWith(dir + sep))) missing.push(image.fileName);
    }
    const [first] = missing;
    // From a file one folder above, only a part may be asked for; then what lies elsewhere is not missed.
    if (first !== undefined && dirname(cocoFile) === dir) {
      throw cocoFault([`${missing.length} images that it names are not in the folder, e.g. ${first}`], cocoFile);
    }
  }
  return [...listed.values()];
}

function toListed(path: string, image: CocoImage, roots: readonly string[]): ListedImage {
  const [root = ''] = roots;
  const base = path === resolve(root, image.fileName) ? root : (roots[1] ?? root);
  return {
    path,
    template: image.template === null ? null : resolve(base, image.template),
    group: image.group,
    defects: image.truthKnown ? image.defects : null,
  };
}

/** Two files may speak of one image, e.g. one of its defects each. */
function merge(known: ListedImage | undefined, next: ListedImage): ListedImage {
  if (!known) return next;
  const defects = known.defects && next.defects ? [...known.defects, ...next.defects] : (known.defects ?? next.defects);
  return { ...next, template: known.template ?? next.template, group: known.group ?? next.group, defects };
}

function listByName(files: ReadonlySet<string>): readonly ListedImage[] {
  const byStem = new Map([...files].map((path) => [stemOf(path), path]));
  const partner = (path: string, ours: string, theirs: string): string | null =>
    stemOf(path).endsWith(ours) ? (byStem.get(stemOf(path).slice(0, -ours.length) + theirs) ?? null) : null;
  return [...files]
    .filter((path) => partner(path, '_temp', '_test') === null)
    .map((path) => ({ path, template: partner(path, '_test', '_temp'), group: null, defects: null }));
}

function stemOf(path: string): string {
  return join(dirname(path), basename(path, extname(path)));
}

function nothingFound(dir: string, message: string, cause?: unknown): FaultError {
  return new FaultError('IMAGES_NOT_FOUND', message, {
    place: dir,
    wayOut: 'Name a folder with PNG, JPEG, WebP or TIFF images.',
    cause,
  });
}
