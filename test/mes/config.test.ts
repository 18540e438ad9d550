import { describe, expect, it } from 'vitest';
import { readMesConfig } from '#mes/config.ts';

const base = {
  HAIRLINE_DATABASE_URL: 'postgres://store@127.0.0.1/hairline',
  HAIRLINE_MQTT_URL: 'mqtt://127.0.0.1:1883',
  HAIRLINE_MES_WEBHOOK_URL: 'https://mes.example/reports',
};
const tooFewCharacters = /at least 24 characters/;
const tooFewBytes = /base64 of at least 24 bytes/;
const base64Of = (bytes: number): string => Buffer.alloc(bytes, 0xa5).toString('base64');

describe('the key of the webhook', () => {
  it.each([
    ['whsec_ and 24 bytes', `whsec_${base64Of(24)}`],
    ['whsec_ and 64 bytes', `whsec_${base64Of(64)}`],
    ['a text of 24 characters', 'a'.repeat(24)],
  ])('is taken: %s', (_, secret) => {
    expect(readMesConfig({ ...base, HAIRLINE_MES_WEBHOOK_SECRET: secret }).HAIRLINE_MES_WEBHOOK_SECRET).toBe(secret);
  });

  it.each([
    ['a text of 23 characters', 'a'.repeat(23), tooFewCharacters],
    ['whsec_ alone', 'whsec_', tooFewCharacters],
    ['whsec_ and 23 bytes', `whsec_${base64Of(23)}`, tooFewBytes],
    ['whsec_ and letters that are no base64', `whsec_${'!'.repeat(60)}`, tooFewBytes],
    ['whsec_ and a text that base64 ends early', `whsec_abcd=${'e'.repeat(60)}`, tooFewBytes],
  ])('is refused: %s', (_, secret, message) => {
    expect(() => readMesConfig({ ...base, HAIRLINE_MES_WEBHOOK_SECRET: secret })).toThrow(message);
  });
});

describe('the names of the Sparkplug edge node', () => {
  const plain = { ...base, HAIRLINE_MES_WEBHOOK_URL: '' };

  it('go together, and are one topic level each', () => {
    const names = { HAIRLINE_MES_SPARKPLUG_GROUP: 'Werk 1', HAIRLINE_MES_SPARKPLUG_NODE: 'Hairline-ü' };
    expect(readMesConfig({ ...plain, ...names, HAIRLINE_MES_SPARKPLUG_HOST: 'scada' })).toMatchObject(names);
  });

  it.each([
    ['a group alone', { HAIRLINE_MES_SPARKPLUG_GROUP: 'plant' }, /SPARKPLUG_NODE/],
    ['a node alone', { HAIRLINE_MES_SPARKPLUG_NODE: 'line1' }, /SPARKPLUG_GROUP/],
    ['a host alone', { HAIRLINE_MES_SPARKPLUG_HOST: 'scada' }, /SPARKPLUG_GROUP.*SPARKPLUG_NODE/],
    [
      'a group with a slash',
      { HAIRLINE_MES_SPARKPLUG_GROUP: 'a/b', HAIRLINE_MES_SPARKPLUG_NODE: 'n' },
      /one topic level/,
    ],
    [
      'a node with a wildcard',
      { HAIRLINE_MES_SPARKPLUG_GROUP: 'g', HAIRLINE_MES_SPARKPLUG_NODE: '+' },
      /one topic level/,
    ],
    [
      'a host with a #',
      { HAIRLINE_MES_SPARKPLUG_GROUP: 'g', HAIRLINE_MES_SPARKPLUG_NODE: 'n', HAIRLINE_MES_SPARKPLUG_HOST: '#' },
      /one topic level/,
    ],
  ])('are refused: %s', (_, names, message) => {
    expect(() => readMesConfig({ ...plain, ...names })).toThrow(message);
  });
});
