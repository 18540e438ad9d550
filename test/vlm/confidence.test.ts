import { describe, expect, it } from 'vitest';
import { verdictConfidence } from '#vlm/confidence.ts';

const content = '{"id":"d1","verdict":"defect","bbox_2d":[1,2,3,4]}';

function tokens(...texts: readonly string[]) {
  return texts.map((token) => ({ token, alternatives: [{ token, logprob: Math.log(0.99) }] }));
}

describe('the confidence in a verdict', () => {
  it.each([
    {
      name: 'a token that is the value',
      cut: ['{"id":"d1","verdict":"', 'def', 'ect","bbox_2d":[1,2,3,4]}'],
      all: ['def', 'false', 'un'],
    },
    {
      name: 'a token that begins with the quotation mark',
      cut: ['{"id":"d1","verdict":', '"def', 'ect","bbox_2d":[1,2,3,4]}'],
      all: ['"def', '"false', '"un'],
    },
  ])('is the share of its chance among the verdicts: $name', ({ cut, all }) => {
    const [before, at, after] = cut as [string, string, string];
    const [defect, falseCall, uncertain] = all as [string, string, string];
    const alternatives = [
      { token: defect, logprob: Math.log(0.6) },
      { token: falseCall, logprob: Math.log(0.2) },
      { token: uncertain, logprob: Math.log(0.1) },
      { token: ' other', logprob: Math.log(0.1) },
    ];
    const given = [...tokens(before), { token: at, alternatives }, ...tokens(after)];
    expect(verdictConfidence(content, given)).toBeCloseTo(0.6 / 0.9, 6);
  });

  it.each([
    { name: 'there are no tokens', given: [] },
    { name: 'the tokens spell something else', given: tokens('{"id":"d2"}') },
    { name: 'the token has no alternatives', given: [{ token: content, alternatives: [] }] },
  ])('is null where $name', ({ given }) => {
    expect(verdictConfidence(content, given)).toBeNull();
  });
});
