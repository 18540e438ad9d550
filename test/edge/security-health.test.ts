import { afterEach, beforeEach, expect, it } from 'vitest';
import { openPki, renewCertificate } from '#edge/opcua/pki.ts';
import { securityHealth } from '#edge/security-health.ts';
import { scratchFolder } from '../support/edge-disk.ts';

let stack: DisposableStack;
let pkiDir: string;
beforeEach(() => {
  stack = new DisposableStack();
  pkiDir = stack.use(scratchFolder()).path;
});
afterEach(() => stack.dispose());

it('a channel without security is shown in amber with the setting that mends it', async () => {
  const health = await securityHealth({ security: 'None', pkiDir }, new Date());
  expect(health).toMatchObject({ state: 'warning', wayOut: expect.stringContaining('HAIRLINE_OPCUA_SECURITY') });
});

it('a certificate is warned of before it runs out, and is a fault after it did', async () => {
  const pki = await openPki(pkiDir, 'HairlineEdge', new Date());
  await renewCertificate(pki, 'HairlineEdge', new Date('2026-01-01T00:00:00Z'));
  await pki.manager.dispose();
  const at = async (now: string): Promise<unknown> =>
    (await securityHealth({ security: 'Basic256Sha256', pkiDir }, new Date(now))).state;
  // It holds for five years of 365 days.
  expect(await at('2026-06-01T00:00:00Z')).toBe('ok');
  expect(await at('2030-10-30T00:00:00Z')).toBe('ok');
  expect(await at('2030-11-15T00:00:00Z')).toBe('warning');
  expect(await at('2031-01-02T00:00:00Z')).toBe('fault');
});
