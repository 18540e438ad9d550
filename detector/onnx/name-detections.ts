import { boxArea } from '#detector/box.ts';
import { differenceRegion } from '#detector/defect-region.ts';
import type { Candidate, Detection } from '#detector/detection.ts';
import { maskRegion } from '#detector/mask-region.ts';
import type { ModelManifest } from '#detector/model-manifest.ts';
import type { LookPlan } from '#detector/onnx/inspect-frame.ts';
import type { WindowDetection } from '#detector/onnx/run-windows.ts';
import type { Region } from '#detector/region-mask.ts';

/**
 * Splits merged detections by the thresholds of the manifest and numbers them: d1, d2, ... and c1, c2, ..., both by
 * falling score.
 */
export function nameDetections(
  manifest: ModelManifest,
  found: readonly WindowDetection[],
  plan: LookPlan,
): { readonly detections: readonly Detection[]; readonly candidates: readonly Candidate[] } {
  const told = found.map((one) => {
    const region = regionOf(one, plan);
    return {
      label: manifest.labels[one.label] ?? '',
      score: one.score,
      box: one.box,
      areaPx: region?.areaPx ?? Math.round(boxArea(one.box)),
      region: region?.mask ?? null,
    };
  });
  const certain = told.filter(({ score }) => score >= manifest.threshold);
  const weak = told.filter(({ score }) => score < manifest.threshold);
  return {
    detections: certain.map((one, index) => ({ id: `d${index + 1}`, ...one })),
    candidates: weak.map((one, index) => ({ id: `c${index + 1}`, ...one, source: 'net' as const })),
  };
}

function regionOf(found: WindowDetection, { comparison, frame }: LookPlan): Region | null {
  const differs = comparison && differenceRegion(found.box, comparison.differing, comparison.cores);
  return differs ?? (found.mask && maskRegion(found.box, found.mask, frame));
}
