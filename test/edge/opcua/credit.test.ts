import { expect, it } from 'vitest';
import { createCredit } from '#edge/opcua/credit.ts';

it('lets as much through as there is, and the rest as it is given back', async () => {
  const { signal } = new AbortController();
  const credit = createCredit(2);
  await credit.take(signal);
  await credit.take(signal);
  let through = false;
  const third = credit.take(signal).then(() => (through = true));
  await Promise.resolve();
  expect(through).toBe(false);
  credit.give();
  await third;
  expect(through).toBe(true);
});

it('stops waiting when the signal aborts', async () => {
  const stopper = new AbortController();
  const waiting = createCredit(0).take(stopper.signal);
  stopper.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
});
