import type { AskMode } from '#vlm/question.ts';

/**
 * What the reviewer may do to the call on a label: explain it; turn a doubt into a fail; turn a doubt or fail into nothing,
 * which needs all checks and independent evidence; or both. Apart, because a reviewer good at one may be poor at the other.
 */
export type Authority = 'explain' | 'raise' | 'lower' | 'raise-and-lower';

export type Severity = 'minor' | 'major' | 'critical';

/** Limits of one defect label. Every number that decides about a part stands in a recipe. */
export interface LabelRule {
  readonly label: string;
  readonly severity: Severity;
  /** Below this score the detector makes no call. */
  readonly ignoreBelow: number;
  /** From this score on the detector's call is fail; between the two it is a doubt. */
  readonly failFrom: number;
  /** Scores asked of the reviewer, [from, to): covers the doubtful ones and may reach above failFrom. */
  readonly reviewBand: readonly [number, number];
  readonly authority: Authority;
  /** Scores at which a `false-call` may lower, [from, to), inside the review band; null unless it may lower. */
  readonly lowerBand: readonly [number, number] | null;
}

/** A file that somebody answers for: by digest, for a time. */
export interface Approval {
  readonly sha256: string;
  readonly approvedBy: string;
  readonly approvedAt: string;
  /** From this instant on the file does not count any more, and the station locks. */
  readonly expiresAt: string;
}

/** How many millimeters a pixel covers, and how far a length measured with it may be off. */
export interface Calibration extends Approval {
  /** Across and down. */
  readonly mmPerPx: readonly [number, number];
  /** Expanded uncertainty of a length; added to what is measured before it is held against a limit. */
  readonly uncertaintyMm: number;
}

/** A named part of a view. */
export interface Zone {
  readonly zoneId: string;
  /** `dont-care`: what lies inside does not count. `acceptance`: a name that acceptance rules may use. */
  readonly use: 'dont-care' | 'acceptance';
  /** Corners in frame pixels, in order around the zone. */
  readonly outline: readonly (readonly [number, number])[];
  /** Share of a detection's pixels that must lie inside for it to count as inside. */
  readonly insideFrom: number;
}

/** One view of a part. */
export interface ViewRule {
  readonly viewId: string;
  readonly golden: 'required' | 'none';
  /** Golden samples that count; empty: whichever lies in the golden folder, approved by nobody. */
  readonly goldenSamples: readonly Approval[];
  readonly calibration: Calibration | null;
  readonly zones: readonly Zone[];
}

/** Detections that a good part may have. The first rule that fits a detection counts it. */
export interface AcceptanceRule {
  readonly ruleId: string;
  readonly labels: readonly string[];
  readonly severities: readonly Severity[];
  /** A detection must lie inside one of these; null: anywhere. */
  readonly zones: readonly string[] | null;
  /** Largest extent in any direction (maximum Feret diameter); null: not limited by length. */
  readonly lengthUpToMm: number | null;
  readonly areaUpToMm2: number | null;
  readonly countUpTo: number;
  readonly countPer: 'zone' | 'view' | 'part';
}

/** How boxes of a few pixels are compared, where IoU is brittle. */
export type SmallBoxes =
  | { readonly by: 'edges'; readonly sideUpToPx: number; readonly edgeUpToPx: number }
  | { readonly by: 'wasserstein'; readonly sideUpToPx: number; readonly nwdFrom: number; readonly constantPx: number };

/** Geometry the answer of a reviewer must satisfy before it counts. */
export interface ReviewLimits {
  /** How much of the detector's claim goes along with a question: label and score, its box too, or nothing of it. */
  readonly ask: AskMode;
  readonly iouFrom: number;
  /**
   * What the reviewer's box is held against: the detection's `box`, the bounds of its `region`, or whatever lies nearest to
   * it between the two. The box where there is no region.
   */
  readonly compareWith: 'box' | 'region' | 'between';
  /** For detections whose longer side is at most `sideUpToPx`; null: IoU for all. */
  readonly smallBoxes: SmallBoxes | null;
  /** Reviewer's box area over the detection's box area, [lo, hi]. */
  readonly areaRatio: readonly [number, number];
  /** Largest difference of the two box areas on calibrated views; null: the ratio alone. */
  readonly areaOffUpToMm2: number | null;
  /** Share of the region that may lie outside the reviewer's box. */
  readonly regionLeftOverUpTo: number;
  readonly confusable: readonly (readonly [string, string])[];
  readonly benignCauses: readonly string[];
}

/**
 * Whether a candidate from `askFrom` on keeps the part undecided. `always`: whatever the reviewer says. `until-cleared`:
 * unless a valid review names a benign cause in the same place. `never`: what the reviewer says of it is shown to people
 * and changes no verdict. In each, losing an answer never helps the part: there is no mode in which silence clears.
 */
export type CandidateHold = 'always' | 'until-cleared' | 'never';

/** Sources of evidence that do not share the detector's own: the same pixels compared again are not among them. */
export type IndependentKind = 'other-view' | 'other-exposure' | 'classical-measurement';

/** Limits of a frame that is fit to judge. */
export interface FrameLimits {
  readonly widthPx: readonly [number, number];
  readonly heightPx: readonly [number, number];
  /** Mean grey level, 0..255. */
  readonly meanGrey: readonly [number, number];
  /** Variance of the Laplacian over grey levels. */
  readonly sharpnessFrom: number;
  /** Standard deviation of grey levels: an empty fixture has little. */
  readonly contrastFrom: number;
  /** Share of differing pixels after registration beyond which the fit is uncertain; needs a golden. */
  readonly residualUpTo: number;
  /** A frame whose pixels are those of one of so many frames before it is a repeated one; 0 = not looked at. */
  readonly repeatedWithin: number;
}

/** When a station stops giving verdicts until a person releases it; null switches a condition off. */
export interface LockRules {
  readonly failsInRow: number | null;
  readonly undecidedInRow: number | null;
  /** Share of the last parts whose reviewer was asked and gave no valid answer. */
  readonly bypass: { readonly shareUpTo: number; readonly lastParts: number } | null;
  /** Known bad parts that must be shown and must fail: at least one every so many parts and so many hours. */
  readonly challenge: { readonly everyParts: number; readonly everyHours: number } | null;
}

/** What is required of a product. Read-only, versioned, known by its digest. */
export interface Recipe {
  readonly schemaVersion: 1;
  readonly id: string;
  readonly version: string;
  readonly description: string;
  /** Folder name in the model folder, or a path to a manifest. */
  readonly model: string;
  readonly views: readonly ViewRule[];
  readonly labels: readonly LabelRule[];
  readonly acceptance: readonly AcceptanceRule[];
  readonly frame: FrameLimits;
  readonly review: ReviewLimits;
  /**
   * Candidates of the net from this score on, and differences from the golden from this many pixels on (null: none), count
   * and are asked of the reviewer, the strongest first, at most this many a view.
   */
  readonly candidates: {
    readonly askFrom: number;
    readonly differenceFromPx: number | null;
    readonly atMost: number;
    readonly hold: CandidateHold;
  };
  /** Kinds of independent evidence that count for lowering; empty where nothing may be lowered. */
  readonly independentKinds: readonly IndependentKind[];
  readonly deadlines: { readonly viewsMs: number; readonly reviewMs: number; readonly taktMs: number };
  readonly locks: LockRules;
  readonly explanationLanguage: 'en' | 'zh';
}

/** A recipe as loaded: with the text it was read from, and the SHA-256 of its file. */
export interface LoadedRecipe {
  readonly recipe: Recipe;
  readonly sha256: string;
  readonly text: string;
}
