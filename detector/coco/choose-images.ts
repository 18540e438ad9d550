import { cocoFault, type CocoImage, type CocoSet } from '#detector/coco/read-coco.ts';

/** Which images of a file are wanted. */
export interface ImageChoice {
  readonly coco: string;
  /** Only images of these groups; null = all. */
  readonly groups: readonly string[] | null;
  /** At most so many, spread evenly over the file; null = all. */
  readonly limit: number | null;
  readonly needsTemplate: boolean;
}

/** The images whose truth is known, as they are wanted. @throws FaultError COCO_INVALID where none is left, or a template is missing. */
export function chooseImages(set: CocoSet, { coco, groups, limit, needsTemplate }: ImageChoice): readonly CocoImage[] {
  const known = set.images.filter(({ truthKnown, group }) => truthKnown && (groups?.includes(group ?? '') ?? true));
  if (known.length === 0) throw cocoFault(['no image is left to score'], coco);
  const bare = known.filter(({ template }) => template === null);
  if (needsTemplate && bare.length > 0)
    throw cocoFault([`${bare.length} images name no template, e.g. ${bare[0]?.fileName}`], coco);
  if (limit === null || limit >= known.length) return known;
  const step = known.length / limit;
  const chosen = new Set(Array.from({ length: limit }, (_, index) => Math.floor(index * step)));
  return known.filter((_, index) => chosen.has(index));
}
