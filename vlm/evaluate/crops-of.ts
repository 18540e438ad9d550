import { intersectionArea, iou, type Box } from '#detector/box.ts';
import type { Truth } from '#detector/coco/read-coco.ts';
import type { Detection, Detections } from '#detector/detection.ts';

/** One place that a reviewer is asked about, with what is really there: a defect, or null for a false call. */
export interface AskedPlace {
  readonly call: Pick<Detection, 'id' | 'label' | 'score' | 'box'>;
  readonly truth: Truth | null;
}

/** A call counts for a defect from here on, as in the detector's own figures. */
const sameFrom = 0.33;
/** What a line asks about at most, and somewhat more. */
const falseCallsAtMost = 6;

/** The places of one image: of each defect its best call, and the strongest calls that touch no defect. */
export function placesOf({ detections, candidates }: Detections, truths: readonly Truth[]): readonly AskedPlace[] {
  // What merely differs has no score to be chosen by, and the shipped recipes ask about none of it.
  const suspected = candidates.filter(({ source }) => source === 'net');
  const calls = [...detections, ...suspected].toSorted((a, b) => b.score - a.score);
  const found = truths.flatMap((truth) => {
    const call = calls.find(({ box }) => iou(box, truth.box) >= sameFrom);
    return call ? [{ call, truth }] : [];
  });
  const touches = (box: Box): boolean => truths.some((truth) => intersectionArea(box, truth.box) > 0);
  const wrong = calls.filter(({ box }) => !touches(box)).slice(0, falseCallsAtMost);
  return [...found, ...wrong.map((call) => ({ call, truth: null }))];
}
