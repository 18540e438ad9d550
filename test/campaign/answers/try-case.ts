import { decide } from '#rules/decide.ts';
import type { Verdict } from '#rules/verdict.ts';
import type { Completion } from '#vlm/ladder.ts';
import type { Finding, Review } from '#vlm/review.ts';
import type { Power, Setting } from './powers.ts';
import { hearAnswer, toQuestion, validAnswer, type Question } from './question.ts';
import { spoils } from './spoil.ts';

/** What came of the answers spoiled in one way under one recipe. */
export interface SpoilCount {
  tried: number;
  /** Verdict lets the part out, though the valid answer kept it, and no valid answer stands behind it. */
  better: number;
  /** The spoiled answer is itself a valid false call where the valid one was none. */
  lies: number;
  betterByLie: number;
  exceptions: number;
  /** Outcomes of the ladder by name. */
  readonly rungs: Record<string, number>;
}

export type Counts = Record<Power, Record<string, SpoilCount>>;

const names = Object.keys(spoils);

export function emptyCounts(): Counts {
  const each = (): Record<string, SpoilCount> =>
    Object.fromEntries(
      names.map((name) => [name, { tried: 0, better: 0, lies: 0, betterByLie: 0, exceptions: 0, rungs: {} }]),
    );
  return { 'as shipped': each(), lowering: each() };
}

/** A view with valid answers to all its questions, and the verdict they give. */
export interface Ground {
  readonly setting: Setting;
  readonly asked: readonly AskedOne[];
  readonly before: Verdict;
}

/** Draws a view and valid answers to its questions. */
export function drawGround(settings: readonly Setting[], uniform: () => number): Ground {
  const setting = at(settings, uniform);
  const asked = askAll(setting, uniform);
  return {
    setting,
    asked,
    before: verdictOn(
      setting,
      asked.map(({ review }) => review),
    ),
  };
}

/** Spoils one of the valid answers of a ground, in one way. */
export function addCase(counts: Counts, { setting, asked, before }: Ground, uniform: () => number): void {
  const name = at(names, uniform);
  const count = counts[setting.power][name];
  if (!count) throw new Error(`no count for ${name}`);
  count.tried += 1;
  const spoiled = at(asked, uniform);
  try {
    const completion = spoils[name]?.({ valid: spoiled.valid, other: at(asked, uniform).valid, uniform }) ?? null;
    const review = hearAnswer(completion, spoiled.question);
    const reviews = asked.map((one) => (one === spoiled ? review : one.review));
    note(count, { review, spoiled, before, after: verdictOn(setting, reviews) });
  } catch {
    // Neither the ladder nor the rules may throw, whatever they are given: it is what is counted here.
    count.exceptions += 1;
  }
}

interface AskedOne {
  readonly question: Question;
  readonly judgement: Finding['judgement'];
  readonly valid: Completion;
  readonly review: Review;
}

/** Most answers are false calls, so that one that is not often decides alone. */
function askAll({ evidence, recipe, askedIds }: Setting, uniform: () => number): readonly AskedOne[] {
  const [view] = evidence.views;
  if (!view) throw new Error('a setting without a view');
  const found = [...view.detections, ...view.candidates].filter(({ id }) => askedIds.includes(id));
  return found.map((one) => {
    const chance = uniform();
    const judgement = chance < 0.6 ? 'false-call' : chance < 0.9 ? 'confirmed' : 'uncertain';
    const question = toQuestion(one, view, recipe, Math.floor(uniform() * 4_294_967_296));
    const valid = validAnswer(question, judgement);
    return { question, judgement, valid, review: hearAnswer(valid, question) };
  });
}

function verdictOn({ evidence, recipe }: Setting, reviews: readonly Review[]): Verdict {
  return decide({ ...evidence, views: evidence.views.map((view) => ({ ...view, reviews })) }, recipe);
}

function note(
  count: SpoilCount,
  { review, spoiled, before, after }: { review: Review; spoiled: AskedOne; before: Verdict; after: Verdict },
): void {
  const rung = review.kind === 'answered' ? review.finding.judgement : review.reason;
  count.rungs[rung] = (count.rungs[rung] ?? 0) + 1;
  const lie = rung === 'false-call' && spoiled.judgement !== 'false-call';
  const better = after.verdict === 'pass' && before.verdict !== 'pass';
  if (lie) count.lies += 1;
  if (better && lie) count.betterByLie += 1;
  if (better && !lie) count.better += 1;
}

function at<Value>(values: readonly Value[], uniform: () => number): Value {
  const value = values[Math.floor(uniform() * values.length)];
  if (value === undefined) throw new Error('nothing to choose from');
  return value;
}
