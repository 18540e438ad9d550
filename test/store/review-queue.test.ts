import { describe, expect, it } from 'vitest';
import { reasonCodes } from '#rules/reason.ts';
import { disputes } from '#store/queries/review-queue.ts';

describe('the review queue', () => {
  it.each(disputes)('takes for a dispute what the rules know as a reason: %s', (code) => {
    expect(Object.keys(reasonCodes)).toContain(code);
  });
});
