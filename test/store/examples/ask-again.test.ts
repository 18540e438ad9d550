import { describe, expect, it } from 'vitest';
import { askAgain } from '#store/examples/ask-again.ts';
import type { Example, ExampleQuestion, ExampleView } from '#store/examples/example.ts';
import { loadPrompts } from '#store/examples/prompts.ts';
import { prepareQuestion } from '#vlm/openai/prepare-question.ts';
import { loadPromptFor } from '#vlm/openai/load-prompt.ts';
import { profiles, type ProfileId } from '#vlm/profiles.ts';
import { question } from '../../support/reviewer-question.ts';

const prompts = await loadPrompts();
const recipe = {
  id: 'pcb',
  sha256: '1'.repeat(64),
  labels: question.labels.map((label) => ({ label, severity: 'major' as const })),
  benignCauses: question.benignCauses,
  ask: question.mode,
  language: question.language,
};

/** A question as the line asked it under a profile, and the record that the line keeps of it. */
async function asked(profileId: ProfileId) {
  const profile = profiles[profileId];
  const prompt = await loadPromptFor(profile);
  const options = { baseUrl: '', model: 'm', apiKey: null, profile, prompt };
  const prepared = await prepareQuestion(question, options);
  const told = { model: 'm', rawAnswer: null, latencyMs: 1, promptTokens: null, completionTokens: null, attempts: 1 };
  return { prepared, record: { ...told, ...prepared.facts } };
}

function exampleOf(record: ExampleQuestion['record'], answer?: Partial<ExampleQuestion['answer']>) {
  const { id, label, score, box } = question;
  const given = { verdict: 'defect', label: 'spur', severity: 'major', box, explanation: null } as const;
  const one: ExampleQuestion = { id, label, score, box, record, answer: { ...given, ...answer } };
  const view: ExampleView = {
    viewId: 'top',
    frameSha256: 'f'.repeat(64),
    goldenSha256: 'a'.repeat(64),
    widthPx: question.viewImage.widthPx,
    heightPx: question.viewImage.heightPx,
    capturedAt: null,
    defects: [],
    questions: [one],
  };
  const example: Example = {
    inspectionId: '00000000-0000-4000-8000-000000000001',
    decidedAt: '2026-11-20T06:00:00.000Z',
    stationId: 'pcb',
    serial: 'S-1',
    simulated: true,
    recipe,
    recipeSha256: recipe.sha256,
    kinds: ['raised'],
    truth: 'defect',
    views: [view],
  };
  return { example, view, one };
}

interface Body {
  readonly messages: readonly [
    { readonly content: string },
    { readonly content: readonly [{ readonly text: string }, unknown] },
  ];
}

describe('a question asked again', () => {
  it('is word for word the one of the line, about the very same image', async () => {
    const { prepared, record } = await asked('vllm/qwen2.5');
    const { example, view, one } = exampleOf(record);
    const again = askAgain(example, view, one, prompts);
    const { messages } = JSON.parse(prepared.body) as Body;
    expect(again.texts).toEqual({ system: messages[0].content, user: messages[1].content[0].text });
    expect(again).toMatchObject({ cropSha256: record.cropSha256, layout: prepared.asked.layout });
    expect(again.prompt.sha256).toBe(record.promptSha256);
  });

  it('shows the window on record, which what else was found there had moved', async () => {
    const { record } = await asked('vllm/qwen2.5');
    const window = { x1: 150, y1: 60, x2: 250, y2: 160 };
    const { example, view, one } = exampleOf({ ...record, window });
    expect(askAgain(example, view, one, prompts).layout.window).toEqual(window);
  });

  it('keeps out of a crop drawn anew what else was judged on the view', async () => {
    const { example, view, one } = exampleOf(null);
    const { window } = askAgain(example, view, one, prompts).layout;
    const near = { x1: window.x1, y1: one.box.y2 + 8, x2: window.x2, y2: one.box.y2 + 40 };
    const crowded = { ...view, questions: [one, { ...one, id: 'top-d2', score: 1, box: near }] };
    const shown = askAgain(example, crowded, one, prompts).layout.window;
    expect(shown.y2).toBeLessThan(near.y2);
    expect(shown).not.toEqual(window);
  });

  it.each([
    { name: 'by another recipe', change: {}, recipeSha256: '2'.repeat(64) },
    {
      name: 'with a prompt that is not shipped',
      change: { promptSha256: '0'.repeat(64) },
      recipeSha256: recipe.sha256,
    },
    { name: 'with other terms', change: { schemaSha256: '0'.repeat(64) }, recipeSha256: recipe.sha256 },
    { name: 'at another size', change: { sentWidthPx: 28 }, recipeSha256: recipe.sha256 },
  ])('is drawn anew where the line asked $name', async ({ change, recipeSha256 }) => {
    const { record } = await asked('vllm/qwen2.5');
    const { example, view, one } = exampleOf({ ...record, ...change });
    expect(askAgain({ ...example, recipeSha256 }, view, one, prompts)).toMatchObject({ cropSha256: null });
  });

  it('is drawn as for a server where the line asked its small reviewer, which sees channels', async () => {
    const { record } = await asked('embedded/qwen2.5');
    const { example, view, one } = exampleOf(record);
    const again = askAgain(example, view, one, prompts);
    expect(again).toMatchObject({ cropSha256: null, profile: { id: 'vllm/qwen2.5' }, prompt: { id: 'inspect-1' } });
  });

  it.each([
    { name: 'a defect', answer: {}, says: { verdict: 'defect', label: 'spur' } },
    {
      name: 'a harmless cause',
      answer: { verdict: 'false_call', label: 'dust' },
      says: { verdict: 'false_call', label: 'dust' },
    },
    {
      name: 'nothing to be seen',
      answer: { verdict: 'uncertain', label: 'none', box: null },
      says: { verdict: 'uncertain', bbox_2d: [0, 0, 0, 0] },
    },
  ] as const)('carries the answer that the line would take: $name', ({ answer, says }) => {
    const { example, view, one } = exampleOf(null, answer);
    const { answer: content } = askAgain(example, view, one, prompts);
    expect(JSON.parse(content ?? 'null')).toMatchObject(says);
    expect(Object.keys(JSON.parse(content ?? 'null') as object)).toEqual([
      'id',
      'verdict',
      'bbox_2d',
      'label',
      'severity',
      'explanation',
    ]);
  });

  it.each([
    { name: 'a label that the recipe does not know', answer: { label: 'stain' } },
    { name: 'a box beside the window', answer: { box: { x1: 0, y1: 0, x2: 2, y2: 2 } } },
    { name: 'more words than an answer may have', answer: { explanation: 'x'.repeat(241) } },
  ])('has no answer where the line would refuse it: $name', ({ answer }) => {
    const { example, view, one } = exampleOf(null, answer);
    expect(askAgain(example, view, one, prompts).answer).toBeNull();
  });
});
