import type { Detection } from '#detector/detection.ts';
import type { Judged, Outcome } from '#rules/verdict.ts';
import type { ViewContext } from '#rules/view-context.ts';
import { dontCareOf } from '#rules/zones.ts';

/**
 * Leaves out what lies in a don't-care zone, e.g. a date code; null for what counts. Zones mean nothing on a frame that is
 * not fit to judge, because nobody knows where the part lies in it.
 */
export function judgeDontCare(
  found: Detection,
  { recipe, view, fit }: ViewContext,
  call: Outcome['detectorCall'],
): Judged | null {
  const inside = fit ? dontCareOf(found, view.viewId, recipe) : null;
  if (inside === null) return null;
  const { id } = found;
  const measure = { subject: id, value: inside.share, limit: inside.zone.insideFrom };
  return {
    outcome: {
      id,
      viewId: view.viewId,
      detectorCall: call,
      outcome: 'accept',
      source: 'acceptance',
      reasons: [{ code: 'in-dont-care', ...measure, detail: inside.zone.zoneId }],
    },
    trace: [{ check: 'dont-care', ...measure, outcome: 'holds' }],
  };
}
