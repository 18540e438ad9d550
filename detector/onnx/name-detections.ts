import { boxArea, type Box } from '#detector/box.ts';
import { differenceRegion } from '#detector/defect-region.ts';
import type { Candidate, Detection } from '#detector/detection.ts';
import { maskRegion } from '#detector/mask-region.ts';
import type { ModelManifest } from '#detector/model-manifest.ts';
import type { WindowDetection } from '#detector/onnx/run-windows.ts';
import type { Region } from '#detector/region-mask.ts';
import type { Comparison } from '#detector/template/compare-golden.ts';
import { boxOfRegion, unexplainedDifferences } from '#detector/unexplained-differences.ts';

/** A frame that was looked at, and what it was compared with; null where there is no golden. */
export interface SeenFrame {
  readonly frame: { readonly widthPx: number; readonly heightPx: number };
  readonly comparison: Comparison | null;
}

/**
 * Splits merged detections by the thresholds of the manifest and numbers them: d1, d2, ... and c1, c2, ..., both by
 * falling score; after the candidates of the net come those of the comparison, by falling size.
 */
export function nameDetections(
  manifest: ModelManifest,
  found: readonly WindowDetection[],
  seen: SeenFrame,
): { readonly detections: readonly Detection[]; readonly candidates: readonly Candidate[] } {
  const told = found.map((one) => {
    const region = regionOf(one, seen);
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
  const suspected = [
    ...weak.map((one) => ({ ...one, source: 'net' as const })),
    ...residuals(
      seen,
      certain.map(({ box }) => box),
    ),
  ];
  return {
    detections: certain.map((one, index) => ({ id: `d${index + 1}`, ...one })),
    candidates: suspected.map((one, index) => ({ id: `c${index + 1}`, ...one })),
  };
}

/**
 * What differs from the golden where no detection lies. The net says nothing there, so the score is 0: the recipe judges
 * it by its size. Where part and golden do not fit, everything differs, and that is a doubt of its own.
 */
function residuals({ comparison }: SeenFrame, explained: readonly Box[]): readonly Omit<Candidate, 'id'>[] {
  if (comparison?.registration.status !== 'aligned') return [];
  return unexplainedDifferences(comparison, explained).map((region) => ({
    label: 'difference',
    score: 0,
    box: boxOfRegion(region),
    areaPx: region.areaPx,
    region: region.mask,
    source: 'difference' as const,
  }));
}

/** The net's mask is tight; what differs runs along edges that lie a little elsewhere, so it is second choice (ADR 6). */
function regionOf(found: WindowDetection, { comparison, frame }: SeenFrame): Region | null {
  const masked = found.mask && maskRegion(found.box, found.mask, frame);
  return masked ?? (comparison && differenceRegion(found.box, comparison.differing, comparison.cores));
}
