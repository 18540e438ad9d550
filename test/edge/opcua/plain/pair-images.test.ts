import { describe, expect, it } from 'vitest';
import { pairImages } from '#edge/opcua/plain/pair-images.ts';

/** `i7` an image written at 7 ms, `3@8` number 3 written at 8 ms; answers the pairs as `3=i7`. */
function paired(story: string, kept = 4): string {
  const pairing = pairImages<string>(kept);
  const pairs = story.split(' ').flatMap((word) => {
    const [count, ms] = word.split('@');
    if (ms === undefined) return pairing.image({ value: word, writtenMs: Number(word.slice(1)) });
    return pairing.count({ value: Number(count), writtenMs: Number(ms) });
  });
  return pairs.map(({ count, image }) => `${count}=${image}`).join(' ');
}

describe('pushed images and their numbers', () => {
  it.each<[string, string, string]>([
    ['meet when the number comes after the image', '0@1 i5 1@6 i9 2@10', '1=i5 2=i9'],
    ['meet when the image comes late', '0@1 1@6 i5 2@10 i9', '1=i5 2=i9'],
    ['meet when both were written at one time', '0@1 i5 1@5', '1=i5'],
    ['in one answer of the server', '0@1 i5 i9 1@6 2@10', '1=i5 2=i9'],
    ['leave an image alone whose number never came', '0@1 i5 i9 2@10', ''],
    ['leave an image alone that is older than the first number', 'i1 4@2 i5 5@6', '5=i5'],
    ['leave a number alone whose image never came', '0@1 1@6 i9 2@10', '2=i9'],
    ['take the last of two images before one number', '0@1 i3 i5 1@6', '1=i5'],
    ['after a number left out go on with the next that has its own before it', '0@1 i9 2@10 i15 3@16', '3=i15'],
  ])('%s', (_, story, expected) => {
    expect(paired(story)).toBe(expected);
  });

  it('hold a few images at most', () => {
    expect(paired('0@1 i2 i3 i5 1@3', 2)).toBe('1=i3');
    expect(paired('0@1 i2 i3 i5 i6 1@3', 2)).toBe('');
  });
});
