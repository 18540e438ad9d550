import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { InspectionMessage } from '#edge/messages.schema.ts';
import { chooseExample } from '#store/examples/choose-example.ts';
import { whyLeftOut, type ExampleRecipe } from '#store/examples/example.ts';
import type { HardInspection } from '#store/queries/hard-examples.ts';
import { testMessage } from '../../support/inspection-message.ts';

type Outcome = InspectionMessage['outcomes'][number];
type Review = InspectionMessage['views'][number]['reviews'][number];

const recipe: ExampleRecipe = {
  id: 'pcb',
  sha256: '1'.repeat(64),
  labels: [{ label: 'spur', severity: 'critical' }],
  benignCauses: ['dust'],
  ask: 'named',
  language: 'en',
};

const box = { x1: 102, y1: 121, x2: 130, y2: 139 };

function answered(judgement: 'confirmed' | 'false-call', label: string): Review {
  const finding = { judgement, label, box, severity: 'minor', explanation: 'seen so', confidence: null } as const;
  const record = {
    model: 'm',
    engine: 'vllm/qwen2.5',
    promptId: 'inspect-1',
    promptSha256: '',
    schemaSha256: '',
    cropSha256: 'c'.repeat(64),
    sentWidthPx: 1,
    sentHeightPx: 1,
    seed: 1,
    rawAnswer: null,
    latencyMs: 1,
    promptTokens: null,
    completionTokens: null,
    attempts: 1,
  };
  return { kind: 'answered', id: 'top-d1', finding, record };
}

interface Told extends Partial<Pick<HardInspection, 'saw' | 'reason'>> {
  readonly verdict: InspectionMessage['verdict'];
  readonly outcome?: Outcome['outcome'];
  readonly codes?: readonly string[];
  readonly review?: Review;
  /** The suspicion of the view is called as well. */
  readonly both?: boolean;
}

function hard({ verdict, outcome = 'fail', codes = ['defect-certain'], review, both, saw, reason }: Told) {
  const message = testMessage(3, { verdict });
  const [view] = message.views;
  if (view && review) view.reviews = [review];
  const reasons = codes.map((code) => ({ code, subject: 'top-d1', value: 0.9, limit: 0.8, detail: 'spur' }));
  const one: Outcome = { id: 'top-d1', viewId: 'top', detectorCall: 'doubt', outcome, source: 'detector', reasons };
  message.outcomes = both ? [one, { ...one, id: 'top-c1' }] : [one];
  return { message, saw: saw ?? null, reason: reason ?? null };
}

const falseCall = { saw: 'false-call', reason: 'no-defect' } as const;
const defect = { saw: 'defect', reason: 'defect' } as const;
const nothing = { verdict: 'uncertain', label: 'none', box: null };
const spur = { verdict: 'defect', label: 'spur', severity: 'critical' };

// What is said of a part: what the example teaches, by its kinds, its truth, its boxes and its answers.
const table = [
  {
    name: 'a failed part in which a person sees nothing: a clean image, and nothing to be seen in the crop',
    told: { verdict: 'fail', ...falseCall },
    kinds: ['false-call'],
    truth: 'clean',
    boxes: 0,
    answers: [nothing],
  },
  {
    name: 'the same where the reviewer had named the harmless cause, and a check refused it',
    told: {
      verdict: 'fail',
      codes: ['lower-not-allowed'],
      review: answered('false-call', 'dust'),
      saw: 'false-call',
      reason: 'harmless',
    },
    kinds: ['false-call', 'refused'],
    truth: 'clean',
    boxes: 0,
    answers: [{ verdict: 'false_call', label: 'dust', box, explanation: 'seen so' }],
  },
  {
    name: 'a harmless thing that nobody named: a clean image, and no line',
    told: { verdict: 'undecided', saw: 'false-call', reason: 'harmless' },
    kinds: ['false-call'],
    truth: 'clean',
    boxes: 0,
    answers: [],
    leftOut: ['cause-unknown'],
  },
  {
    name: 'a raised doubt that a person confirms: its one place is the truth',
    told: { verdict: 'fail', codes: ['defect-raised'], review: answered('confirmed', 'spur'), ...defect },
    kinds: ['raised'],
    truth: 'defect',
    boxes: 1,
    answers: [{ ...spur, explanation: 'seen so' }],
  },
  {
    name: 'a refused answer, with a defect that a person confirms: the answer is the label of the detector',
    told: { verdict: 'undecided', codes: ['label-disagrees'], review: answered('confirmed', 'short'), ...defect },
    kinds: ['refused'],
    truth: 'defect',
    boxes: 1,
    answers: [{ ...spur, explanation: null }],
  },
  {
    name: 'two places called, of which a person says not which is the defect: nothing is taught',
    told: { verdict: 'fail', codes: ['defect-raised'], both: true, ...defect },
    kinds: ['raised'],
    truth: 'open',
    boxes: 0,
    answers: [],
    leftOut: ['place-unknown', 'place-unknown'],
  },
  {
    name: 'a lowered call that nobody looked at: an image of which nothing is known',
    told: { verdict: 'pass', outcome: 'accept', codes: ['defect-lowered'], review: answered('false-call', 'dust') },
    kinds: ['lowered'],
    truth: 'open',
    boxes: 0,
    answers: [],
    leftOut: ['not-judged'],
  },
  {
    name: 'a lowered call that an audit finds right',
    told: {
      verdict: 'pass',
      outcome: 'accept',
      codes: ['defect-lowered'],
      review: answered('false-call', 'dust'),
      ...falseCall,
    },
    kinds: ['lowered'],
    truth: 'clean',
    boxes: 0,
    answers: [{ verdict: 'false_call', label: 'dust' }],
  },
  {
    name: 'an escape: the whole part, its place told by nobody',
    told: { verdict: 'pass', outcome: 'accept', codes: [], ...defect },
    kinds: ['escape'],
    truth: 'open',
    boxes: 0,
    answers: [],
  },
] as const;

describe('an example', () => {
  it.each(table)('of $name', ({ told, kinds, truth, boxes, answers, ...rest }) => {
    const { example, leftOut } = chooseExample(hard(told), recipe);
    expect(example).toMatchObject({ kinds, truth });
    const views = example?.views ?? [];
    expect(views.flatMap(({ defects }) => defects)).toHaveLength(boxes);
    const given = views.flatMap(({ questions }) => questions.map(({ answer }) => answer));
    expect(given).toHaveLength(answers.length);
    expect(given).toMatchObject([...answers]);
    expect(leftOut.map(({ why }) => why)).toEqual('leftOut' in rest ? [...rest.leftOut] : []);
  });

  it('has the pixels that differ as its box, not the margin around them', () => {
    const given = hard({ verdict: 'fail', codes: ['defect-raised'], ...defect });
    const [found] = given.message.views[0]?.detections ?? [];
    if (found) found.region = { x: 105, y: 125, widthPx: 10, heightPx: 5, runs: [0, 50] };
    const { example } = chooseExample(given, recipe);
    expect(example?.views[0]?.defects).toEqual([{ label: 'spur', box: { x1: 105, y1: 125, x2: 115, y2: 130 } }]);
  });

  it.each([
    { name: 'its recipe is not there', told: { verdict: 'fail', ...falseCall }, with_: null, why: 'recipe-unknown' },
    {
      name: 'what was seen is allowed',
      told: { verdict: 'fail', saw: 'false-call', reason: 'within-limits' },
      with_: recipe,
      why: 'within-limits',
    },
  ] as const)('is none, and told, where $name', ({ told, with_, why }) => {
    expect(chooseExample(hard(told), with_)).toEqual({ example: null, leftOut: [{ of: 'inspection', why }] });
  });

  it('is none where nothing was called, or no frame was kept', () => {
    const bare = hard({ verdict: 'undecided', ...falseCall });
    expect(chooseExample({ ...bare, message: { ...bare.message, outcomes: [] } }, recipe).leftOut).toEqual([
      { of: 'inspection', why: 'nothing-called' },
    ]);
    const views = bare.message.views.map((view) => ({ ...view, frameSha256: null }));
    expect(chooseExample({ ...bare, message: { ...bare.message, views } }, recipe).leftOut).toEqual([
      { of: 'inspection', why: 'no-frame' },
    ]);
  });
});

describe('docs/examples.md', () => {
  it.each(Object.values(whyLeftOut).flat())('says what is left out: %s', (why) => {
    expect(readFileSync('docs/examples.md', 'utf8')).toContain(`\`${why}\``);
  });
});
