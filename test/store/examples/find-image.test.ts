import { describe, expect, it } from 'vitest';
import { createFindImage, type ImageSources } from '#store/examples/find-image.ts';

type Answer = Awaited<ReturnType<ImageSources['ask']>>;

const image = { mediaType: 'image/png', bytes: Buffer.from('image') };

/** An edge node that gives these answers in turn, the last for ever. */
function asking(answers: readonly Answer[], held: readonly string[] = []) {
  const asked: string[] = [];
  const find = createFindImage({
    held: async (sha256) => (held.includes(sha256) ? image : null),
    ask: async (sha256) => {
      asked.push(sha256);
      return answers[Math.min(asked.length, answers.length) - 1] ?? 'unknown';
    },
  });
  return { find, asked };
}

describe('an image for an export', () => {
  it.each([
    { name: 'kept by the store', answers: ['unreachable'], held: ['a'], found: image },
    { name: 'kept by its edge node', answers: [image], held: [], found: image },
    { name: 'gone', answers: ['not-found'], held: [], found: 'gone' },
    { name: 'at a node that does not answer', answers: ['unreachable'], held: [], found: 'away' },
    { name: 'at a node that gives something else', answers: ['unfit'], held: [], found: 'away' },
    { name: 'at a node whose address nobody knows', answers: ['unknown'], held: [], found: 'away' },
  ] as const)('is found, or told why not: $name', async ({ answers, held, found }) => {
    expect(await asking(answers, held).find('a', 'pcb')).toEqual(found);
  });

  it('is not asked for at a node that did not answer twice in a row; what the store keeps is still found', async () => {
    const { find, asked } = asking(['unreachable'], ['held']);
    for (const sha256 of ['a', 'b', 'c', 'd']) expect(await find(sha256, 'pcb')).toBe('away');
    expect(asked).toEqual(['a', 'b']);
    expect(await find('held', 'pcb')).toEqual(image);
    await find('e', 'ballscrew');
    expect(asked).toEqual(['a', 'b', 'e']);
  });

  it('is asked for again where the node answers in between', async () => {
    const { find, asked } = asking(['unreachable', 'not-found', 'unreachable', image]);
    for (const sha256 of ['a', 'b', 'c', 'd']) await find(sha256, 'pcb');
    expect(asked).toEqual(['a', 'b', 'c', 'd']);
  });
});
