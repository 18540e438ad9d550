/** What was counted in a period. First attempts only, except what people said. */
export interface QualityCounts {
  readonly inspected: number;
  readonly passed: number;
  /** Called fail or undecided, then accepted by a person. */
  readonly accepted: number;
  /** Called fail or undecided. */
  readonly called: number;
  /** Of those called, judged by a person. */
  readonly judged: number;
  /** Of those judged, without a defect. */
  readonly falseCalls: number;
  /** Passed parts that were drawn by lot and judged by a person. */
  readonly audited: number;
  /** Of those audited, with a defect. */
  readonly escaped: number;
  /** Passed parts with a defect that was found otherwise: how many there are beside them nobody knows. */
  readonly foundLater: number;
}

/** Defects of a period, and in how many places one could have been. */
export interface DefectCounts {
  readonly defects: number;
  /** Inspected parts, each times the views and kinds of defect that its recipe looks for. */
  readonly opportunities: number;
}

/** A share with the number it is a share of; null where there is none. */
export interface Share {
  readonly share: number | null;
  readonly of: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface QualityFigures {
  readonly fpyMachine: Share;
  readonly fpyTrue: Share;
  /** Good parts called bad, of all inspected, as far as calls were judged; null while none was. */
  readonly falseCallPpm: number | null;
  /** Share of passed parts with a defect, 95 %; null while no audit says. */
  readonly escapes: Interval | null;
}

const million = 1_000_000;

/** Defects per million opportunities; null where there was none, or nobody can tell how many there were. */
export function dpmo({ defects, opportunities }: DefectCounts): number | null {
  return opportunities > 0 ? (defects / opportunities) * million : null;
}

/** Yields and rates of a period. Escapes stay unknown unless audits were made. */
export function qualityFigures(counts: QualityCounts): QualityFigures {
  const { inspected, passed, accepted, called, judged, falseCalls, audited, escaped } = counts;
  return {
    fpyMachine: shareOf(passed, inspected),
    fpyTrue: shareOf(passed + accepted, inspected),
    falseCallPpm: inspected > 0 && (judged > 0 || called === 0) ? (falseCalls / inspected) * million : null,
    escapes: audited > 0 ? wilsonInterval(escaped, audited) : null,
  };
}

function shareOf(count: number, of: number): Share {
  return { share: of > 0 ? count / of : null, of };
}

// Two-sided 95 % of the normal distribution.
const z95 = 1.959964;

/**
 * Confidence interval of a share, 95 %, by Wilson's score method, which holds also for none of few: Newcombe 1998,
 * "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, method 3.
 */
export function wilsonInterval(count: number, of: number): Interval {
  const share = count / of;
  const square = z95 * z95;
  const center = (share + square / (2 * of)) / (1 + square / of);
  const reach = (z95 / (1 + square / of)) * Math.sqrt((share * (1 - share)) / of + square / (4 * of * of));
  return { low: Math.max(0, center - reach), high: Math.min(1, center + reach) };
}
