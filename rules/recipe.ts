/** What the reviewer may do to the call on a label. `lower` needs all checks and independent evidence. */
export type Authority = 'explain' | 'raise' | 'lower';

/** Limits of one defect label. Every number that decides about a part stands in a recipe. */
export interface LabelRule {
  readonly label: string;
  readonly severity: 'minor' | 'major' | 'critical';
  /** Below this score the detector makes no call. */
  readonly ignoreBelow: number;
  /** From this score on the detector's call is fail; between the two it is a doubt. */
  readonly failFrom: number;
  /** Scores asked of the reviewer, [from, to): covers the doubtful ones and may reach above failFrom. */
  readonly reviewBand: readonly [number, number];
  readonly authority: Authority;
  /** Scores at which a `false-call` may lower, [from, to), inside the review band; null unless authority is `lower`. */
  readonly lowerBand: readonly [number, number] | null;
}

/** Geometry the answer of a reviewer must satisfy before it counts. */
export interface ReviewLimits {
  readonly iouFrom: number;
  /** Boxes whose longer side is at most this are compared by their edges instead of by IoU; null = never. */
  readonly pixelTolerance: { readonly sideUpToPx: number; readonly edgeUpToPx: number } | null;
  /** Reviewer's box area over the detection's box area, [lo, hi]. */
  readonly areaRatio: readonly [number, number];
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
}

/** What is required of a product. Read-only, versioned, known by its digest. */
export interface Recipe {
  readonly schemaVersion: 1;
  readonly id: string;
  readonly version: string;
  readonly description: string;
  /** Folder name under detector/models, or a path to a manifest. */
  readonly model: string;
  readonly views: readonly { readonly viewId: string; readonly golden: 'required' | 'none' }[];
  readonly labels: readonly LabelRule[];
  readonly frame: FrameLimits;
  readonly review: ReviewLimits;
  /** Candidates from this score on are asked of the reviewer, the strongest first, at most this many a view. */
  readonly candidates: { readonly askFrom: number; readonly atMost: number; readonly hold: CandidateHold };
  /** Kinds of independent evidence that count for lowering; empty where nothing may be lowered. */
  readonly independentKinds: readonly IndependentKind[];
  readonly deadlines: { readonly viewsMs: number; readonly reviewMs: number; readonly taktMs: number };
  readonly explanationLanguage: 'en' | 'zh';
}

/** A recipe as loaded: with the SHA-256 of its file. */
export interface LoadedRecipe {
  readonly recipe: Recipe;
  readonly sha256: string;
}
