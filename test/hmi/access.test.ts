import { describe, expect, it } from 'vitest';
import { isOwnHost, isOwnOrigin, refusalOf } from '#hmi/server/access.ts';

const ownNames = new Set(['panel-3', '0.0.0.0', 'dashboard.plant.example']);
const ownPage = 'http://127.0.0.1:8080';
/** A POST of the page itself, in a browser that trusts the address. */
const fine = {
  method: 'POST',
  host: '127.0.0.1:8080',
  origin: ownPage,
  fetchSite: 'same-origin',
  fetchMode: 'cors',
  withCookie: true,
} as const;
const noHints = { fetchSite: undefined, fetchMode: undefined };
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
    { name: 'its own page', change: {}, refusal: null },
    { name: 'its own page over plain HTTP', change: noHints, refusal: null },
    { name: 'its own page behind a TLS proxy', change: behindProxy('https://dashboard.plant.example'), refusal: null },
    { name: 'a foreign page behind a TLS proxy', change: behindProxy('https://evil.example'), refusal: 'origin' },
    { name: 'a foreign name', change: { host: 'evil.example', origin: 'http://evil.example' }, refusal: 'host' },
    { name: 'a foreign page', change: { origin: 'https://evil.example', fetchSite: 'cross-site' }, refusal: 'origin' },
    {
      name: 'a foreign page over plain HTTP',
      change: { ...noHints, origin: 'http://evil.example' },
      refusal: 'origin',
    },
    { name: 'a form of a sandboxed page', change: { ...noHints, origin: 'null' }, refusal: 'origin' },
    {
      name: 'a page on another port',
      change: { origin: 'http://127.0.0.1:9', fetchSite: 'same-site' },
      refusal: 'origin',
    },
    {
      name: 'a browser that hides the origin',
      change: { origin: undefined, fetchSite: 'cross-site' },
      refusal: 'origin',
    },
    { name: 'a cookie from nowhere', change: { ...noHints, origin: undefined }, refusal: 'origin' },
    { name: 'a program without a cookie', change: { ...noHints, origin: undefined, withCookie: false }, refusal: null },
    { name: 'a foreign form sent here', change: { fetchSite: 'cross-site', fetchMode: 'navigate' }, refusal: 'origin' },
  ])('answers to a change from $name: $refusal', ({ change, refusal }) => {
    expect(refusalOf({ ...fine, ...change }, ownNames)).toBe(refusal);
  });

  it.each([
    { name: 'a cookie', change: { ...noHints, origin: undefined }, refusal: null },
    {
      name: 'an address typed',
      change: { origin: undefined, fetchSite: 'none', fetchMode: 'navigate' },
      refusal: null,
    },
    {
      name: 'a link on a foreign page',
      change: { origin: undefined, fetchSite: 'cross-site', fetchMode: 'navigate' },
      refusal: null,
    },
    {
      name: 'a picture on a foreign page',
      change: { origin: undefined, fetchSite: 'cross-site', fetchMode: 'no-cors' },
      refusal: 'origin',
    },
    {
      name: 'a picture on a page of another port',
      change: { origin: undefined, fetchSite: 'same-site', fetchMode: 'no-cors' },
      refusal: 'origin',
    },
  ])('answers to a question by $name: $refusal', ({ change, refusal }) => {
    expect(refusalOf({ ...fine, method: 'GET', ...change }, ownNames)).toBe(refusal);
  });
});
