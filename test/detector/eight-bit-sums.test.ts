import { expect, it } from 'vitest';
import { sumOfProbe, sumPrecision } from '#detector/onnx/eight-bit-sums.ts';

it('exact sums of eight bits are exact on every CPU', async () => {
  expect(await sumOfProbe('1')).toBe(200);
});

it('the chosen precision gives the right sum, and is the fast one wherever that does too', async () => {
  const [chosen, fast] = [await sumPrecision(), await sumOfProbe('0')];
  expect(await sumOfProbe(chosen)).toBe(200);
  expect(chosen).toBe(fast === 200 ? '0' : '1');
});
