import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readToolConfig, userOf } from '#edge/config.ts';

const folder = mkdtempSync(join(tmpdir(), 'hairline-pem-'));
const pem = join(folder, 'any.pem');
writeFileSync(pem, '-----BEGIN CERTIFICATE-----\n');
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  [{ HAIRLINE_OPCUA_USER_CERTIFICATE: pem }, 'HAIRLINE_OPCUA_USER_KEY', 'HAIRLINE_OPCUA_USER_CERTIFICATE'],
  [{ HAIRLINE_OPCUA_USER_KEY: pem }, 'HAIRLINE_OPCUA_USER_CERTIFICATE', 'HAIRLINE_OPCUA_USER_KEY'],
  [{ HAIRLINE_OPCUA_PASSWORD: 'secret' }, 'HAIRLINE_OPCUA_USER', 'HAIRLINE_OPCUA_PASSWORD'],
])('half a login is refused and not taken for nobody in particular: %o', (environment, lacking, set) => {
  const message = `${lacking}: has to be set too, as ${set} is`;
  expect(() => readToolConfig(environment)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message }));
});

it('a whole login is taken, and none is nobody in particular', () => {
  expect(userOf(readToolConfig({}))).toBeUndefined();
  expect(userOf(readToolConfig({ HAIRLINE_OPCUA_USER: 'a', HAIRLINE_OPCUA_PASSWORD: 'b' }))).toEqual({
    kind: 'name',
    name: 'a',
    password: 'b',
  });
  const settings = { HAIRLINE_OPCUA_USER_CERTIFICATE: pem, HAIRLINE_OPCUA_USER_KEY: pem };
  expect(userOf(readToolConfig(settings))).toMatchObject({ kind: 'certificate' });
});
