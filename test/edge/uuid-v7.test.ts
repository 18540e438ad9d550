import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { uuidV7 } from '#edge/uuid-v7.ts';

const unixMs = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const random = fc.uint8Array({ minLength: 10, maxLength: 10 });

describe('the id of an inspection', () => {
  test('is a UUID of version 7 that says when the trigger came', () => {
    // Timestamp and id of the example in RFC 9562, appendix A.6.
    const bits = Uint8Array.from(Buffer.from('0cc318c4dc0c0c07398f', 'hex'));
    expect(uuidV7(0x017f22e279b0, bits)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
  });

  test('is valid and sorts by time', () => {
    fc.assert(
      fc.property(unixMs, unixMs, random, random, (first, second, someBits, otherBits) => {
        const [a, b] = [uuidV7(first, someBits), uuidV7(second, otherBits)];
        expect(z.uuidv7().safeParse(a).success).toBe(true);
        expect(first === second || first < second === a < b).toBe(true);
      }),
    );
  });
});
