import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { storableJson, storableText } from '#store/ingest/storable-text.ts';

describe('text for the database', () => {
  it.each([
    ['plain text', 'spur on net 12', 'spur on net 12'],
    ['a zero', 'a\0b', 'a\uFFFDb'],
    ['half a pair, high', 'a\ud83db', 'a\uFFFDb'],
    ['half a pair, low', 'a\ude00b', 'a\uFFFDb'],
    ['a whole pair', '\u{1F600}', '\u{1F600}'],
    ['the letters of an escape', String.raw`\u0000`, String.raw`\u0000`],
  ])('%s', (_, text, stored) => {
    expect(storableText(text)).toBe(stored);
    expect(JSON.parse(storableJson({ [text]: [text] }))).toEqual({ [stored]: [stored] });
  });

  it('is never refused by jsonb, and is unchanged where jsonb takes it', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary' }), (json) => {
        const value: unknown = JSON.parse(json);
        const stored = storableJson(value);
        expect(/(?<!\\)(\\\\)*\\u(0000|d[89a-f])/i.test(stored)).toBe(false);
        const clean = !/\\u(0000|d[89a-f])/i.test(JSON.stringify(value));
        expect(clean ? stored : '').toBe(clean ? JSON.stringify(value) : '');
      }),
    );
  });
});
