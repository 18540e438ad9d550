import type { Box } from '#detector/box.ts';
import type { Candidate, Detection, RegionMask } from '#detector/detection.ts';
import type { Evidence, ViewEvidence } from '#rules/evidence.ts';
import type { AcceptanceRule, Calibration, LabelRule, Recipe, ReviewLimits, ViewRule, Zone } from '#rules/recipe.ts';
import type { Finding, Review, ReviewRecord, UnavailableReason } from '#vlm/review.ts';

export const someDay = '2026-03-01T08:00:00Z';

export function aBox(x1: number, y1: number, x2: number, y2: number): Box {
  return { x1, y1, x2, y2 };
}

/** A region drawn with characters: `#` is inside. Its window begins at (x, y). */
export function aRegion(rows: readonly string[], x = 0, y = 0): RegionMask {
  const widthPx = rows[0]?.length ?? 0;
  const runs: number[] = [];
  let inside = false;
  let length = 0;
  for (const pixel of rows.join('')) {
    if ((pixel === '#') !== inside) {
      runs.push(length);
      length = 0;
      inside = !inside;
    }
    length += 1;
  }
  return { x, y, widthPx, heightPx: rows.length, runs: [...runs, length] };
}

/** A region that fills a box of whole pixels. */
export function aFullRegion({ x1, y1, x2, y2 }: Box): RegionMask {
  return { x: x1, y: y1, widthPx: x2 - x1, heightPx: y2 - y1, runs: [0, (x2 - x1) * (y2 - y1)] };
}

/** A doubtful spur, 20 x 20 pixels, whole region. */
export function aDetection(with_: Partial<Detection> = {}): Detection {
  const box = with_.box ?? aBox(100, 100, 120, 120);
  const areaPx = (box.x2 - box.x1) * (box.y2 - box.y1);
  return { id: 'top-d1', label: 'spur', score: 0.45, box, areaPx, region: aFullRegion(box), ...with_ };
}

export function aCandidate(with_: Partial<Candidate> = {}): Candidate {
  return { ...aDetection({ id: 'top-c1', score: 0.27 }), source: 'net', ...with_ };
}

/** A finding that agrees with `aDetection`. */
export function aFinding(with_: Partial<Finding> = {}): Finding {
  const box = aBox(100, 100, 120, 120);
  return {
    judgement: 'confirmed',
    label: 'spur',
    box,
    severity: 'major',
    explanation: 'a spur',
    confidence: null,
    ...with_,
  };
}

const record: ReviewRecord = {
  model: 'm',
  engine: 'e',
  promptId: 'p',
  promptSha256: '',
  schemaSha256: '',
  cropSha256: '',
  sentWidthPx: 448,
  sentHeightPx: 448,
  seed: 1,
  rawAnswer: null,
  latencyMs: 80,
  promptTokens: null,
  completionTokens: null,
  attempts: 1,
};

export function anAnswer(id: string, with_: Partial<Finding> = {}): Review {
  return { kind: 'answered', id, finding: aFinding(with_), record };
}

export function noAnswer(id: string, reason: UnavailableReason = 'timeout'): Review {
  return { kind: 'unavailable', id, reason, detail: '', record: null };
}

/** View `top`, fit to judge, with what is given. */
export function aView(with_: Partial<ViewEvidence> = {}): ViewEvidence {
  return {
    viewId: 'top',
    capturedAt: someDay,
    goldenSha256: null,
    doubts: [],
    widthPx: 640,
    heightPx: 640,
    registration: null,
    detections: [],
    candidates: [],
    reviews: [],
    ...with_,
  };
}

/** Evidence of one view `top`, fit to judge, with what is given. */
export function oneView(with_: Partial<ViewEvidence> = {}): Evidence {
  return { views: [aView(with_)], independent: [] };
}

export function aViewRule(with_: Partial<ViewRule> = {}): ViewRule {
  return { viewId: 'top', golden: 'none', goldenSamples: [], calibration: null, zones: [], ...with_ };
}

/** Ten pixels a millimeter, valid on `someDay`. */
export function aCalibration(with_: Partial<Calibration> = {}): Calibration {
  return {
    sha256: 'c'.repeat(64),
    approvedBy: 'Q. Engineer',
    approvedAt: '2026-01-01T00:00:00Z',
    expiresAt: '2027-01-01T00:00:00Z',
    mmPerPx: [0.1, 0.1],
    uncertaintyMm: 0,
    ...with_,
  };
}

export function aZone(zoneId: string, { x1, y1, x2, y2 }: Box, with_: Partial<Zone> = {}): Zone {
  const outline = [
    [x1, y1],
    [x2, y1],
    [x2, y2],
    [x1, y2],
  ] as const;
  return { zoneId, use: 'acceptance', outline, insideFrom: 1, ...with_ };
}

export function aLabelRule(with_: Partial<LabelRule> = {}): LabelRule {
  return {
    label: 'spur',
    severity: 'minor',
    ignoreBelow: 0.3,
    failFrom: 0.6,
    reviewBand: [0.3, 0.6],
    authority: 'raise',
    lowerBand: null,
    ...with_,
  };
}

export function anAcceptanceRule(with_: Partial<AcceptanceRule> = {}): AcceptanceRule {
  return {
    ruleId: 'small-spurs',
    labels: ['spur'],
    severities: [],
    zones: null,
    lengthUpToMm: 3,
    areaUpToMm2: null,
    countUpTo: 2,
    countPer: 'view',
    ...with_,
  };
}

export function someLimits(with_: Partial<ReviewLimits> = {}): ReviewLimits {
  return {
    ask: 'named',
    iouFrom: 0.5,
    compareWith: 'box',
    smallBoxes: null,
    areaRatio: [0.5, 2],
    areaOffUpToMm2: null,
    regionLeftOverUpTo: 0.25,
    confusable: [['spur', 'short']],
    benignCauses: ['dust', 'glare'],
    ...with_,
  };
}

/** One view `top` without golden; labels spur and short, doubtful from 0.3 to 0.6; the reviewer may raise. */
export function aRecipe(with_: Partial<Recipe> = {}): Recipe {
  return {
    schemaVersion: 1,
    id: 'test',
    version: '1.0.0',
    description: 'a test',
    model: 'none',
    views: [aViewRule()],
    labels: [aLabelRule(), aLabelRule({ label: 'short', severity: 'critical' })],
    acceptance: [],
    frame: {
      widthPx: [640, 640],
      heightPx: [640, 640],
      meanGrey: [10, 245],
      sharpnessFrom: 10,
      contrastFrom: 5,
      residualUpTo: 0.1,
      repeatedWithin: 4,
    },
    review: someLimits(),
    candidates: { askFrom: 0.25, differenceFromPx: null, atMost: 2, hold: 'until-cleared' },
    independentKinds: [],
    deadlines: { viewsMs: 1000, reviewMs: 2500, taktMs: 3000 },
    locks: { failsInRow: null, undecidedInRow: null, bypass: null, challenge: null },
    explanationLanguage: 'en',
    ...with_,
  };
}

/** `aRecipe` with spur lowered in [0.3, 0.7) where a second view supports it. */
export function aLoweringRecipe(with_: Partial<Recipe> = {}): Recipe {
  return aRecipe({
    labels: [
      aLabelRule({ authority: 'raise-and-lower', reviewBand: [0.3, 0.7], lowerBand: [0.35, 0.7] }),
      aLabelRule({ label: 'short', severity: 'critical' }),
    ],
    independentKinds: ['other-view'],
    ...with_,
  });
}
