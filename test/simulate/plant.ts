import type { Box } from '#detector/box.ts';
import { seededRandom } from '#detector/seeded-random.ts';
import { normalOf, normalQuantile, poissonOf } from './random.ts';

/** Errors of a reviewer, as shares. */
export interface ReviewerErrors {
  readonly name: string;
  readonly recall: number;
  readonly precision: number;
  /** Share of findings whose box lies on the thing it speaks of. */
  readonly localisation: number;
  /** Share of questions without an answer. */
  readonly unavailable: number;
}

/**
 * Qwen2.5-VL-7B on MMAD (anomaly discrimination recall and precision, defect localisation). Its rate of false alarms
 * follows from precision and recall for as many good as bad images; every share is that of the published table.
 */
export const published: ReviewerErrors = {
  name: 'Qwen2.5-VL-7B on MMAD',
  recall: 0.659,
  precision: 0.819,
  localisation: 0.607,
  unavailable: 0.02,
};

/** A reviewer adapted to the station. Assumed, to show what it would take; not a figure anybody measured. */
export const adapted: ReviewerErrors = {
  name: 'assumed: adapted to the station',
  recall: 0.92,
  precision: 0.95,
  localisation: 0.9,
  unavailable: 0.02,
};

/** Scores of the detector: logit(score) = center + spread x standard normal difficulty; things per part. */
export const detectorErrors = {
  defect: { center: 2.8, spread: 1.6 },
  benign: { center: -2.6, spread: 1.1, perPart: 1.5 },
};

/** The second exposure: calls this share of benign things benign, and this share of defects: half of what AIAG MSA tolerates. */
export const secondExposure = { benign: 0.98, defect: 0.01 };

/** Something on a part: a defect, or a benign thing that looks like one. */
export interface Thing {
  readonly defect: boolean;
  readonly score: number;
  readonly box: Box;
  /** How hard it is: large means a defect that hides, or a benign thing that looks like a defect. */
  readonly hardness: number;
  /** Noise of the reviewer's and the second exposure's own, standard normal. */
  readonly ownNoise: readonly [number, number];
  /** Uniform numbers for place and loss of the answer. */
  readonly chances: readonly number[];
  readonly seed: number;
}

export interface SimulatedPart {
  readonly defective: boolean;
  readonly things: readonly Thing[];
}

export const frameSidePx = 640;

/** Part `number` of a stratum: defective parts carry one to three defects, every part its benign things. */
export function makePart(seed: number, number: number, defective: boolean): SimulatedPart {
  const uniform = seededRandom(Math.imul(seed, 1_000_003) + number * 2 + (defective ? 1 : 0));
  const defects = defective ? 1 + Math.floor(uniform() * uniform() * 3) : 0;
  const benign = poissonOf(uniform, detectorErrors.benign.perPart);
  const things = Array.from({ length: defects + benign }, (_, index) => makeThing(uniform, index, index < defects));
  return { defective, things };
}

function makeThing(uniform: () => number, index: number, defect: boolean): Thing {
  const hardness = normalOf(uniform);
  const { center, spread } = defect ? detectorErrors.defect : detectorErrors.benign;
  const logit = center + (defect ? -spread : spread) * hardness;
  const side = 12 + Math.floor(uniform() * 20);
  // Things lie apart: one cell of a grid for each.
  const x1 = 20 + (index % 4) * 150 + Math.floor(uniform() * 60);
  const y1 = 20 + (Math.floor(index / 4) % 4) * 150 + Math.floor(uniform() * 60);
  return {
    defect,
    score: 1 / (1 + Math.exp(-logit)),
    box: { x1, y1, x2: x1 + side, y2: y1 + 12 + Math.floor(uniform() * 20) },
    hardness,
    ownNoise: [normalOf(uniform), normalOf(uniform)],
    chances: [uniform(), uniform(), uniform(), uniform(), uniform(), uniform()],
    seed: Math.floor(uniform() * 4_294_967_296),
  };
}

/** What is said of a thing at a correlation with the detector's errors, 0..1. */
export interface Said {
  readonly confirmed: boolean;
  readonly localised: boolean;
  readonly answered: boolean;
}

/** Asks a reviewer about a thing: a Gaussian copula ties its errors to what makes the thing hard for the detector. */
export function askAbout(thing: Thing, errors: ReviewerErrors, correlation: number): Said {
  const wrong = isWrong(thing, thing.ownNoise[0], correlation, errorRate(thing, errors));
  const [lost = 0, placed = 0] = thing.chances;
  return {
    confirmed: thing.defect !== wrong,
    localised: placed < errors.localisation,
    answered: lost >= errors.unavailable,
  };
}

/** Does the second exposure call a thing benign? */
export function secondSays(thing: Thing, correlation: number): boolean {
  const rate = thing.defect ? secondExposure.defect : 1 - secondExposure.benign;
  return thing.defect === isWrong(thing, thing.ownNoise[1], correlation, rate);
}

function errorRate({ defect }: Thing, { recall, precision }: ReviewerErrors): number {
  return defect ? 1 - recall : (recall * (1 - precision)) / precision;
}

const limits = new Map<number, number>();

function isWrong({ hardness }: Thing, noise: number, correlation: number, rate: number): boolean {
  const limit = limits.get(rate) ?? normalQuantile(1 - rate);
  limits.set(rate, limit);
  return correlation * hardness + Math.sqrt(1 - correlation * correlation) * noise > limit;
}
