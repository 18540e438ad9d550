import { describe, expect, it } from 'vitest';
import { openRenewed } from '#vlm/embedded/renewed.ts';

/** Things that are told apart by their number, and which of them were released. */
function things() {
  const released: number[] = [];
  let opened = 0;
  const open = () => {
    const number = (opened += 1);
    return Promise.resolve({ number, release: () => Promise.resolve(void released.push(number)) });
  };
  return { open, released };
}

describe('what wears out with use', () => {
  it('is used so many times, then released, and another one in its place', async () => {
    const { open, released } = things();
    const renewed = await openRenewed(open, 3);
    const taken: number[] = [];
    for (let use = 0; use < 7; use += 1) taken.push((await renewed.take()).number);
    expect(taken).toEqual([1, 1, 1, 2, 2, 2, 3]);
    expect(released).toEqual([1, 2]);
    expect(renewed.current()?.number).toBe(3);
  });

  it('is nobody to be spoken to while a new one is opened, and opened at the next use where that failed', async () => {
    const { open, released } = things();
    let fails = false;
    const renewed = await openRenewed(() => (fails ? Promise.reject(new Error('no memory')) : open()), 1);
    await renewed.take();
    fails = true;
    const next = renewed.take();
    expect(renewed.current()).toBeNull();
    await expect(next).rejects.toThrow('no memory');
    fails = false;
    expect((await renewed.take()).number).toBe(2);
    expect(released).toEqual([1]);
  });
});
