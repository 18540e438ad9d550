import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { brokerAddress, brokerSettings, wholeBrokerLogin } from '#host/broker-settings.ts';
import { readSettings, type Environment } from '#host/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'hairline-pem-'));
const pem = join(folder, 'one.pem');
const text = join(folder, 'text.pem');
writeFileSync(pem, '-----BEGIN CERTIFICATE-----\n');
writeFileSync(text, 'a shopping list\n');
afterAll(() => rmSync(folder, { recursive: true }));

const schema = z.object(brokerSettings).superRefine(wholeBrokerLogin);
const ofLine = z
  .object({ ...brokerSettings, HAIRLINE_MQTT_URL: brokerSettings.HAIRLINE_MQTT_URL.optional() })
  .superRefine(wholeBrokerLogin);
const plain = { HAIRLINE_MQTT_URL: 'mqtt://broker:1883' };
const tls = { HAIRLINE_MQTT_URL: 'mqtts://broker:8883' };

describe('the login at the broker', () => {
  it('is what the settings say, and nothing where they say nothing', () => {
    expect(brokerAddress(readSettings(schema, plain))).toEqual({ url: 'mqtt://broker:1883', login: {} });
    const all = { ...tls, HAIRLINE_MQTT_USER: 'u', HAIRLINE_MQTT_PASSWORD: 'p', HAIRLINE_MQTT_CA: pem };
    expect(brokerAddress(readSettings(schema, all)).login).toEqual({
      username: 'u',
      password: 'p',
      ca: '-----BEGIN CERTIFICATE-----\n',
    });
  });

  const faults: readonly (readonly [string, Environment, string])[] = [
    [
      'an address that is none',
      { HAIRLINE_MQTT_URL: 'nonsense' },
      'HAIRLINE_MQTT_URL: must be an URL like mqtt://host:1883',
    ],
    ['a password of nobody', { ...plain, HAIRLINE_MQTT_PASSWORD: 'p' }, 'HAIRLINE_MQTT_USER: has to be set too'],
    [
      'a certificate without its key',
      { ...tls, HAIRLINE_MQTT_CERTIFICATE: pem },
      'HAIRLINE_MQTT_KEY: has to be set too',
    ],
    [
      'a key without its certificate',
      { ...tls, HAIRLINE_MQTT_KEY: pem },
      'HAIRLINE_MQTT_CERTIFICATE: has to be set too',
    ],
    [
      'an authority without TLS',
      { ...plain, HAIRLINE_MQTT_CA: pem },
      'HAIRLINE_MQTT_CA: goes with an address that begins',
    ],
    ['a file that is not there', { ...tls, HAIRLINE_MQTT_CA: join(folder, 'none') }, 'HAIRLINE_MQTT_CA: cannot read'],
    ['a file that is no PEM', { ...tls, HAIRLINE_MQTT_CA: text }, 'is no PEM file'],
    [
      'two users',
      { HAIRLINE_MQTT_URL: 'mqtt://a:b@broker', HAIRLINE_MQTT_USER: 'c' },
      'HAIRLINE_MQTT_USER: HAIRLINE_MQTT_URL names a user already',
    ],
  ];
  it.each(faults)('refuses %s', (_, environment, message) => {
    expect(() => readSettings(schema, environment)).toThrow(message);
  });

  it('is nothing for the embedded broker', () => {
    expect(() => readSettings(ofLine, { HAIRLINE_MQTT_USER: 'u' })).toThrow('the embedded broker asks nobody');
    expect(readSettings(ofLine, {})).toEqual({});
  });
});
