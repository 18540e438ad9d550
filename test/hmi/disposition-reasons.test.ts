import { describe, expect, it } from 'vitest';
import { dispositionReasons } from '#hmi/disposition-reasons.ts';
import { en } from '#hmi/web/texts/en.ts';

describe('the reasons of a disposition', () => {
  const reasons = [...new Set(Object.values(dispositionReasons).flat())];

  it.each(reasons)('%s has words', (reason) => {
    expect(Object.keys(en.dispositionReason)).toContain(reason);
  });
});
