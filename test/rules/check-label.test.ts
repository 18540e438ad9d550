import { describe, expect, it } from 'vitest';
import { checkLabel } from '#rules/check-label.ts';
import { aFinding, someLimits } from './builders.ts';

const limits = someLimits({
  confusable: [
    ['spur', 'short'],
    ['open', 'mousebite'],
  ],
  benignCauses: ['dust'],
});

describe('the label of an answer', () => {
  it.each([
    ['the same', 'spur', 'spur', null],
    ['a confusable one', 'spur', 'short', null],
    ['a confusable one, the other way round', 'short', 'spur', null],
    ['a confusable one of a later pair', 'mousebite', 'open', null],
    ['the first of one pair and the second of another', 'spur', 'mousebite', 'label-disagrees'],
    ['the same side of two pairs', 'short', 'mousebite', 'label-disagrees'],
    ['one that is in no pair', 'spur', 'pinhole', 'label-disagrees'],
    ['two that are in no pair', 'pinhole', 'copper', 'label-disagrees'],
  ])('agrees or not: %s', (_, found, detected, code) => {
    const check = checkLabel(aFinding({ judgement: 'confirmed', label: found }), detected, limits);
    expect(check).toMatchObject({ check: 'label-agrees', fault: code === null ? null : { code, detail: found } });
  });

  it.each([
    ['dust', null],
    ['hair', 'benign-cause-unknown'],
    // A defect is no benign cause, whatever it is confused with.
    ['spur', 'benign-cause-unknown'],
  ])('of a false call is a cause of the list: %s', (cause, code) => {
    const check = checkLabel(aFinding({ judgement: 'false-call', label: cause }), 'spur', limits);
    expect(check).toMatchObject({ check: 'benign-cause', fault: code === null ? null : { code, detail: cause } });
  });
});
