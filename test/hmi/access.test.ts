import { describe, expect, it } from 'vitest';
import { isOwnHost, isOwnOrigin, refusalOf } from '#hmi/server/access.ts';

const ownNames = new Set(['panel-3', '0.0.0.0', 'dashboard.plant.example']);
const token = 'right-token-of-this-start';
const fine = { host: '127.0.0.1:8080', origin: undefined, authorization: undefined, cookieToken: token };
const behindProxy = (origin: string) => ({ host: 'dashboard.plant.example', origin });

describe('access to the dashboard', () => {
  it.each([
    { host: '127.0.0.1:8080', own: true },
    { host: 'localhost:8080', own: true },
    { host: '[::1]:8080', own: true },
    { host: '192.168.7.4', own: true },
    { host: 'PANEL-3:8080', own: true },
    { host: 'dashboard.plant.example', own: true },
    { host: 'Dashboard.Plant.example:8443', own: true },
    { host: 'other.plant.example', own: false },
    { host: 'evil.example:8080', own: false },
    { host: '127.0.0.1.evil.example', own: false },
    { host: 'localhost.evil.example', own: false },
    { host: '127.0.0.1@evil.example', own: false },
    { host: '', own: false },
    { host: undefined, own: false },
    { host: 'not a host', own: false },
  ])('takes host "$host" for its own: $own', ({ host, own }) => {
    expect(isOwnHost(host, ownNames)).toBe(own);
  });

  it.each([
    { name: 'no page', origin: undefined, own: true },
    { name: 'its own page', origin: 'http://127.0.0.1:8080', own: true },
    { name: 'a page on another port', origin: 'http://127.0.0.1:9999', own: false },
    { name: 'a foreign page', origin: 'https://evil.example', own: false },
    { name: 'a page without origin', origin: 'null', own: false },
  ])('lets act $name: $own', ({ origin, own }) => {
    expect(isOwnOrigin(origin, '127.0.0.1:8080')).toBe(own);
  });

  it.each([
    { name: 'the cookie', change: {}, refusal: null },
    { name: 'the header', change: { cookieToken: undefined, authorization: `Bearer ${token}` }, refusal: null },
    { name: 'the page behind a TLS proxy', change: behindProxy('https://dashboard.plant.example'), refusal: null },
    { name: 'a foreign page behind a TLS proxy', change: behindProxy('https://evil.example'), refusal: 'origin' },
    { name: 'no token', change: { cookieToken: undefined }, refusal: 'token' },
    { name: 'a wrong cookie', change: { cookieToken: 'wrong' }, refusal: 'token' },
    { name: 'a prefix', change: { cookieToken: token.slice(0, -1) }, refusal: 'token' },
    { name: 'an empty header', change: { cookieToken: undefined, authorization: 'Bearer ' }, refusal: 'token' },
    { name: 'a wrong header beside a right cookie', change: { authorization: 'Bearer wrong' }, refusal: 'token' },
    { name: 'the token under a foreign name', change: { host: 'evil.example' }, refusal: 'host' },
    { name: 'the token from a foreign page', change: { origin: 'https://evil.example' }, refusal: 'origin' },
  ])('answers to $name: $refusal', ({ change, refusal }) => {
    expect(refusalOf({ ...fine, ...change }, token, ownNames)).toBe(refusal);
  });
});
