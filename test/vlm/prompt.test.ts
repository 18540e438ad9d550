import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { loadPrompt, shippedPromptFile } from '#vlm/openai/load-prompt.ts';
import { parsePrompt, renderPrompt } from '#vlm/prompt.ts';

const file = { id: 'p', sha256: '0' };
const values = {
  id: 'top-d1',
  label: 'spur',
  score: '0.41',
  box: '[1, 2, 3, 4]',
  labels: 'spur, short',
  benignCauses: 'dust',
  imageWidth: '1232',
  imageHeight: '616',
  extent: '1000',
};
const choice = { picture: 'golden', claim: 'named', units: 'pixels', language: 'en' } as const;

describe('the shipped prompt', () => {
  it('is known by its name and digest', async () => {
    const prompt = await loadPrompt(shippedPromptFile);
    expect(prompt.id).toBe('inspect-1');
    expect(prompt.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    { claim: 'named', says: ['"spur"', '0.41'], hides: ['[1, 2, 3, 4]'] },
    { claim: 'anchored', says: ['"spur"', '[1, 2, 3, 4]'], hides: [] },
    { claim: 'blind', says: ['"top-d1"'], hides: ['"spur"', '0.41', '[1, 2, 3, 4]'] },
  ] as const)('says as much of the claim as the mode $claim allows', async ({ claim, says, hides }) => {
    const { user } = renderPrompt(await loadPrompt(shippedPromptFile), { ...choice, claim }, values);
    for (const text of says) expect(user).toContain(text);
    for (const text of hides) expect(user).not.toContain(text);
    expect(user).not.toContain('{{');
  });

  it('asks for the order of keys that the schema has, the decision before its explanation', async () => {
    const { user } = renderPrompt(await loadPrompt(shippedPromptFile), choice, values);
    const keys = [...user.matchAll(/^- "(\w+)":/gm)].map((match) => match[1]);
    expect(keys).toEqual(['id', 'verdict', 'bbox_2d', 'label', 'severity', 'explanation']);
  });
});

describe('a prompt file', () => {
  it('names every section that is missing, unknown or there twice', async () => {
    const text = await readFile(shippedPromptFile, 'utf8');
    const broken = `${text.replace('# system', '# sistem')}\n# user\n\ntwice\n`;
    expect(parsePrompt(broken, file)).toEqual([
      'section "sistem" is not known',
      'section "user" stands twice',
      'section "system" is missing or empty',
    ]);
    await expect(loadPrompt('/nowhere/inspect-9.md')).rejects.toMatchObject({ code: 'PROMPT_INVALID' });
  });

  it('fills each place once, so that a label which looks like a place stays text', async () => {
    const prompt = await loadPrompt(shippedPromptFile);
    const { user } = renderPrompt(prompt, choice, { ...values, label: '{{extent}}' });
    expect(user).toContain('"{{extent}}"');
    expect(() => renderPrompt(prompt, choice, {})).toThrow(RangeError);
  });
});
