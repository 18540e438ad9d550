import { expect, it } from 'vitest';
import { showLock } from '#edge/control/lock-health.ts';
import { createHealth } from '#edge/health.ts';
import { lockCodes, type LockCode } from '#rules/locks.ts';

it.each(Object.keys(lockCodes) as LockCode[])('tells the code of a lock, until it is released: %s', (code) => {
  const health = createHealth();
  showLock(health, { code, value: null, limit: null, detail: '', at: '2026-11-20T06:00:00.000Z' });
  expect(health.read().components['lock']).toMatchObject({ state: 'fault', code, stops: true });
  showLock(health, null);
  expect(health.read().components['lock']).toMatchObject({ state: 'ok', code: '' });
});
