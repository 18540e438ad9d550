import type { Box } from '#detector/box.ts';
import type { Candidate, Detection } from '#detector/detection.ts';
import { decide } from '#rules/decide.ts';
import type { Evidence, IndependentEvidence } from '#rules/evidence.ts';
import type { LabelRule, Recipe } from '#rules/recipe.ts';
import type { VerdictKind } from '#rules/verdict.ts';
import { cropWindow } from '#vlm/crop-window.ts';
import type { Review } from '#vlm/review.ts';
import {
  askAbout,
  frameSidePx,
  secondSays,
  type ReviewerErrors,
  type Said,
  type SimulatedPart,
  type Thing,
} from './plant.ts';
import { seededRandom } from '#detector/seeded-random.ts';

/** Where the simulated recipes draw their lines. */
export const lines = { ignoreBelow: 0.3, failFrom: 0.5, lowerTo: 0.8, askFrom: 0.25 };

const label: LabelRule = {
  label: 'defect',
  severity: 'major',
  ignoreBelow: lines.ignoreBelow,
  failFrom: lines.failFrom,
  reviewBand: [lines.ignoreBelow, lines.failFrom],
  authority: 'raise',
  lowerBand: null,
};

/** The recipe as shipped in its parts that matter here: explain and raise, candidates hold the part. */
export const defaultRecipe: Recipe = {
  schemaVersion: 1,
  id: 'simulated',
  version: '1.0.0',
  description: 'simulated parts',
  model: 'none',
  views: [{ viewId: 'top', golden: 'none', goldenSamples: [], calibration: null, zones: [] }],
  labels: [label],
  acceptance: [],
  frame: {
    widthPx: [frameSidePx, frameSidePx],
    heightPx: [frameSidePx, frameSidePx],
    meanGrey: [0, 255],
    sharpnessFrom: 0,
    contrastFrom: 0,
    residualUpTo: 1,
    repeatedWithin: 4,
  },
  review: {
    ask: 'named',
    iouFrom: 0.4,
    compareWith: 'box',
    smallBoxes: null,
    areaRatio: [0.4, 2.5],
    areaOffUpToMm2: null,
    regionLeftOverUpTo: 0.5,
    confusable: [],
    benignCauses: ['dust'],
  },
  candidates: { askFrom: lines.askFrom, differenceFromPx: null, atMost: 4, hold: 'always' },
  independentKinds: [],
  deadlines: { viewsMs: 1000, reviewMs: 2500, taktMs: 3000 },
  locks: { failsInRow: null, undecidedInRow: null, bypass: null, challenge: null },
  explanationLanguage: 'en',
};

/** The default, but a valid false call clears a candidate. */
export const clearingRecipe: Recipe = {
  ...defaultRecipe,
  candidates: { ...defaultRecipe.candidates, hold: 'until-cleared' },
};

/** Lowers from ignoreBelow to 0.8 where a second exposure says the same. */
export const loweringRecipe: Recipe = {
  ...clearingRecipe,
  labels: [
    {
      ...label,
      authority: 'lower',
      reviewBand: [lines.ignoreBelow, lines.lowerTo],
      lowerBand: [lines.ignoreBelow, lines.lowerTo],
    },
  ],
  review: { ...defaultRecipe.review, iouFrom: 0.3 },
  independentKinds: ['other-exposure'],
};

/** How wide the doubt is: for the risk-coverage curve. */
export function withDoubt(recipe: Recipe, ignoreBelow: number, failFrom: number): Recipe {
  const labels = recipe.labels.map((rule) => {
    const lowerBand = rule.lowerBand && ([ignoreBelow, Math.max(failFrom, lines.lowerTo)] as const);
    return { ...rule, ignoreBelow, failFrom, reviewBand: lowerBand ?? ([ignoreBelow, failFrom] as const), lowerBand };
  });
  return { ...recipe, labels, candidates: { ...recipe.candidates, askFrom: Math.min(lines.askFrom, ignoreBelow) } };
}

/** How one part is heard: by whom, and how the errors hang together. */
export interface Hearing {
  readonly errors: ReviewerErrors;
  readonly reviewerCorrelation: number;
  readonly secondCorrelation: number;
}

/** The verdict of the real rules on a simulated part; without a hearing the reviewer is silent. */
export function ruled(part: SimulatedPart, recipe: Recipe, hearing: Hearing | null): VerdictKind {
  const least = Math.min(recipe.labels[0]?.ignoreBelow ?? 0, recipe.candidates.askFrom);
  // Most parts show the detector nothing, and all of those alike.
  if (part.things.every(({ score }) => score < least)) return ruledEmpty(recipe);
  return decide(evidenceOf(part, recipe, hearing), recipe).verdict;
}

const empty = new WeakMap<Recipe, VerdictKind>();

function ruledEmpty(recipe: Recipe): VerdictKind {
  const verdict =
    empty.get(recipe) ?? decide(evidenceOf({ defective: false, things: [] }, recipe, null), recipe).verdict;
  empty.set(recipe, verdict);
  return verdict;
}

/** Verdicts of the ways to combine two opinions that do without rules. Each knows pass and fail alone. */
export const plainPolicies = {
  'reviewer alone': (part: SimulatedPart, hearing: Hearing) => part.things.some((thing) => confirms(thing, hearing)),
  'both must say so (AND)': (part: SimulatedPart, hearing: Hearing) =>
    part.things.some((thing) => thing.score >= lines.failFrom && confirms(thing, hearing)),
  'one is enough (OR)': (part: SimulatedPart, hearing: Hearing) =>
    part.things.some((thing) => thing.score >= lines.failFrom || confirms(thing, hearing)),
} as const;

function confirms(thing: Thing, { errors, reviewerCorrelation }: Hearing): boolean {
  const said = askAbout(thing, errors, reviewerCorrelation);
  return said.answered && said.confirmed;
}

function evidenceOf(part: SimulatedPart, recipe: Recipe, hearing: Hearing | null): Evidence {
  const ignoreBelow = recipe.labels[0]?.ignoreBelow ?? 0;
  const named = part.things.map((thing, index) => ({ thing, id: `top-${index}` }));
  const seen = named.filter(({ thing }) => thing.score >= Math.min(ignoreBelow, recipe.candidates.askFrom));
  const found = seen.map(({ thing, id }) => ({ thing, detection: toDetection(thing, id) }));
  const detections = found.filter(({ thing }) => thing.score >= ignoreBelow).map(({ detection }) => detection);
  const candidates = found
    .filter(({ thing }) => thing.score < ignoreBelow)
    .map(({ detection }): Candidate => ({ ...detection, source: 'net' }));
  const view = {
    viewId: 'top',
    capturedAt: null,
    goldenSha256: null,
    doubts: [],
    widthPx: frameSidePx,
    heightPx: frameSidePx,
    registration: null,
    detections,
    candidates,
    reviews: hearing === null ? [] : found.map(({ thing, detection }) => toReview(thing, detection.id, hearing)),
  };
  const independent = hearing === null ? [] : seen.map(({ thing, id }) => toIndependent(thing, id, hearing));
  return { views: [view], independent };
}

function toDetection({ score, box }: Thing, id: string): Detection {
  const [widthPx, heightPx] = [box.x2 - box.x1, box.y2 - box.y1];
  const region = { x: box.x1, y: box.y1, widthPx, heightPx, runs: [0, widthPx * heightPx] };
  return { id, label: 'defect', score, box, areaPx: widthPx * heightPx, region };
}

/** Every false call names a listed cause and every confirmation the right label: the worst a liar could do. */
function toReview(thing: Thing, id: string, { errors, reviewerCorrelation }: Hearing): Review {
  const said = askAbout(thing, errors, reviewerCorrelation);
  if (!said.answered) return { kind: 'unavailable', id, reason: 'timeout', detail: '', record: null };
  const finding = {
    judgement: said.confirmed ? ('confirmed' as const) : ('false-call' as const),
    label: said.confirmed ? 'defect' : 'dust',
    box: drawnBox(thing, said),
    severity: 'major' as const,
    explanation: '',
    confidence: null,
  };
  return { kind: 'answered', id, finding, record: noRecord };
}

const noRecord = {
  model: '',
  engine: '',
  promptId: '',
  promptSha256: '',
  schemaSha256: '',
  cropSha256: '',
  sentWidthPx: 0,
  sentHeightPx: 0,
  seed: 0,
  rawAnswer: null,
  latencyMs: 0,
  promptTokens: null,
  completionTokens: null,
  attempts: 1,
};

/** On the thing within a tenth of its sides; else anywhere in the window that was shown, from half to twice its size. */
function drawnBox({ box, chances, seed }: Thing, { localised }: Said): Box {
  const [, , a = 0, b = 0, c = 0, d = 0] = chances;
  const [width, height] = [box.x2 - box.x1, box.y2 - box.y1];
  if (localised) {
    const off = (chance: number, side: number): number => (chance - 0.5) * 0.2 * side;
    return {
      x1: box.x1 + off(a, width),
      y1: box.y1 + off(b, height),
      x2: box.x2 + off(c, width),
      y2: box.y2 + off(d, height),
    };
  }
  const window = cropWindow(box, { widthPx: frameSidePx, heightPx: frameSidePx }, seed);
  const uniform = seededRandom(seed);
  const shown = { width: window.x2 - window.x1, height: window.y2 - window.y1 };
  const drawn = {
    width: Math.min(shown.width, width * (0.5 + 1.5 * c)),
    height: Math.min(shown.height, height * (0.5 + 1.5 * d)),
  };
  const x1 = window.x1 + uniform() * (shown.width - drawn.width);
  const y1 = window.y1 + uniform() * (shown.height - drawn.height);
  return { x1, y1, x2: x1 + drawn.width, y2: y1 + drawn.height };
}

function toIndependent(thing: Thing, id: string, { secondCorrelation }: Hearing): IndependentEvidence {
  const supports = secondSays(thing, secondCorrelation) ? 'false-call' : 'defect';
  return { kind: 'other-exposure', id, supports, source: 'second exposure' };
}
