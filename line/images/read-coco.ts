import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Box } from '#detector/box.ts';
import { FaultError } from '#host/fault.ts';
import { cocoSchema, type CocoDocument } from '#line/images/coco.schema.ts';

/** One image of a COCO file; paths as the file writes them. */
export interface CocoImage {
  readonly fileName: string;
  readonly template: string | null;
  readonly group: string | null;
  /** False where the file says that the lack of annotations proves nothing. */
  readonly truthKnown: boolean;
  readonly defects: readonly { readonly label: string; readonly box: Box }[];
}

/** Reads a COCO file. @throws FaultError COCO_INVALID that names every fault of it. */
export async function readCoco(file: string): Promise<readonly CocoImage[]> {
  return joinCoco(parseCoco(await readJson(file), file), file);
}

/** Whether a JSON document means to be a COCO file: images, annotations and categories, whatever is in them. */
export function looksLikeCoco(document: unknown): boolean {
  if (typeof document !== 'object' || document === null) return false;
  return ['images', 'annotations', 'categories'].every((key) => key in document);
}

/** Parses a JSON file. @throws FaultError COCO_INVALID where it is no JSON. */
export async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw cocoFault(`the file cannot be read as JSON: ${String(error)}`, file, error);
  }
}

function parseCoco(document: unknown, file: string): CocoDocument {
  const parsed = cocoSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.slice(0, 10).map((issue) => `${z.core.toDotPath(issue.path)}: ${issue.message}`);
  const more = parsed.error.issues.length - faults.length;
  throw cocoFault(faults.join('; ') + (more > 0 ? `; and ${more} more` : ''), file);
}

function joinCoco(document: CocoDocument, file: string): readonly CocoImage[] {
  const labels = new Map(document.categories.map((category) => [category.id, category.name]));
  const defects = new Map<number | string, { label: string; box: Box }[]>();
  for (const image of document.images) {
    if (defects.has(image.id)) throw cocoFault(`two images have the id ${image.id}`, file);
    defects.set(image.id, []);
  }
  for (const [index, note] of document.annotations.entries()) {
    const label = labels.get(note.category_id);
    const own = defects.get(note.image_id);
    if (label === undefined) throw cocoFault(`annotations.${index}: no category ${note.category_id}`, file);
    if (own === undefined) throw cocoFault(`annotations.${index}: no image ${note.image_id}`, file);
    const [x, y, width, height] = note.bbox;
    own.push({ label, box: { x1: x, y1: y, x2: x + width, y2: y + height } });
  }
  return document.images.map((image) => {
    const own = defects.get(image.id) ?? [];
    return {
      fileName: image.file_name,
      template: image.template ?? null,
      group: image.group ?? null,
      truthKnown: own.length > 0 || image.uncertain_negative !== true,
      defects: own,
    };
  });
}

/** Builds the fault of a COCO file. */
export function cocoFault(message: string, file: string, cause?: unknown): FaultError {
  return new FaultError('COCO_INVALID', message, {
    place: file,
    wayOut: 'Correct the file, or take it away to show the folder without truth.',
    cause,
  });
}
