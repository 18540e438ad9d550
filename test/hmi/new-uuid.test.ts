import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { newUuid } from '#hmi/web/new-uuid.ts';

afterEach(() => vi.unstubAllGlobals());

describe('a UUID of the page', () => {
  it('is one of version 4, each time another', () => {
    const made = Array.from({ length: 1000 }, newUuid);
    for (const uuid of made) expect(z.uuidv4().safeParse(uuid).success, uuid).toBe(true);
    expect(new Set(made).size).toBe(made.length);
  });

  it.each([
    { byte: 0x00, uuid: '00000000-0000-4000-8000-000000000000' },
    { byte: 0xff, uuid: 'ffffffff-ffff-4fff-bfff-ffffffffffff' },
  ])('is made of random bytes $byte alone, as browsers give them over plain HTTP', ({ byte, uuid }) => {
    vi.stubGlobal('crypto', { getRandomValues: (bytes: Uint8Array) => bytes.fill(byte) });
    expect(newUuid()).toBe(uuid);
  });
});
