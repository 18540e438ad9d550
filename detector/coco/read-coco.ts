import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Box } from '#detector/box.ts';
import { cocoSchema, type CocoDocument } from '#detector/coco/coco.schema.ts';
import { FaultError } from '#host/fault.ts';

/** A box that a person drew. */
export interface Truth {
  readonly label: string;
  readonly box: Box;
}

/** One image of a COCO file; paths as the file writes them. */
export interface CocoImage {
  readonly fileName: string;
  readonly template: string | null;
  readonly group: string | null;
  /** False where the file says that the lack of annotations proves nothing. */
  readonly truthKnown: boolean;
  readonly defects: readonly Truth[];
}

/** A COCO file: labels in the order of their category ids, images in the order of the file. */
export interface CocoSet {
  readonly labels: readonly string[];
  readonly images: readonly CocoImage[];
}

const mostFaults = 10;

/** Reads a COCO file. @throws FaultError COCO_INVALID that names its faults, ten at most. */
export async function readCoco(file: string): Promise<CocoSet> {
  const parsed = cocoSchema.safeParse(await readJson(file));
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${z.core.toDotPath(issue.path)}: ${issue.message}`);
    throw cocoFault(faults, file);
  }
  return joinCoco(parsed.data, file);
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
  } catch (cause) {
    throw cocoFault([`the file cannot be read as JSON: ${String(cause)}`], file, cause);
  }
}

function joinCoco(document: CocoDocument, file: string): CocoSet {
  const faults = [
    ...repeated(document.images.map(({ id }) => id)).map((id) => `two images have the id ${id}`),
    ...repeated(document.categories.map(({ id }) => id)).map((id) => `two categories have the id ${id}`),
  ];
  const labels = new Map(document.categories.map(({ id, name }) => [id, name]));
  const defects = new Map<number | string, Truth[]>(document.images.map(({ id }) => [id, []]));
  for (const [index, note] of document.annotations.entries()) {
    const label = labels.get(note.category_id);
    const own = defects.get(note.image_id);
    if (label === undefined) faults.push(`annotations.${index}: no category ${note.category_id}`);
    if (own === undefined) faults.push(`annotations.${index}: no image ${note.image_id}`);
    const [x, y, width, height] = note.bbox;
    if (label !== undefined) own?.push({ label, box: { x1: x, y1: y, x2: x + width, y2: y + height } });
  }
  if (faults.length > 0) throw cocoFault(faults, file);
  const images = document.images.map((image) => {
    const own = defects.get(image.id) ?? [];
    return {
      fileName: image.file_name,
      template: image.template ?? null,
      group: image.group ?? image.board ?? null,
      truthKnown: own.length > 0 || image.uncertain_negative !== true,
      defects: own,
    };
  });
  const order = [...document.categories].sort((a, b) => a.id - b.id);
  return { labels: [...new Set(order.map(({ name }) => name))], images };
}

function repeated<Id>(ids: readonly Id[]): readonly Id[] {
  const seen = new Set<Id>();
  return ids.filter((id) => {
    const again = seen.has(id);
    seen.add(id);
    return again;
  });
}

/** COCO_INVALID with the first faults of a file. */
export function cocoFault(faults: readonly string[], file: string, cause?: unknown): FaultError {
  const rest = faults.length - mostFaults;
  const message = faults.slice(0, mostFaults).join('; ') + (rest > 0 ? `; and ${rest} more` : '');
  return new FaultError('COCO_INVALID', message, {
    place: file,
    wayOut: 'Correct these entries, or take the file away where truth is not needed.',
    cause,
  });
}
