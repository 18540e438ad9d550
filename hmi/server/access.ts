import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';

/** What of a request decides whether it comes from a page of ours, or from no page at all. */
export interface AccessRequest {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** Sec-Fetch-Site and Sec-Fetch-Mode: browsers send them where they trust the address. */
  readonly fetchSite: string | undefined;
  readonly fetchMode: string | undefined;
  /** Whether it carries a cookie that stands for a session. */
  readonly withCookie: boolean;
}

/** Why a request is turned away; `null`: it may go on. */
export type Refusal = 'host' | 'origin' | null;

const reading: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** Compares by digest, so that neither length nor prefix of the token shows in the time taken. */
export function sameToken(given: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

/**
 * Whether a Host header names this server: an IP address, localhost or a name it is known by. A page on another domain
 * whose name was pointed at this address (DNS rebinding) sends its own name, and is turned away.
 */
export function isOwnHost(host: string | undefined, ownNames: ReadonlySet<string>): boolean {
  if (!host || !URL.canParse(`http://${host}`)) return false;
  const name = new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return isIP(name) !== 0 || name === 'localhost' || ownNames.has(name);
}

/** A browser sends Origin with what a page does to a server; it must be our own page. */
export function isOwnOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}

/**
 * Whether a page elsewhere may have made a browser send this. What changes something with a cookie must say that our own
 * page sent it: cookies do not tell ports of one host apart, and other pages on this machine are such. A link elsewhere
 * may lead here.
 */
export function isForged(request: AccessRequest): boolean {
  const { method, host, origin, fetchSite, fetchMode, withCookie } = request;
  if (!isOwnOrigin(origin, host)) return true;
  if (fetchSite === undefined) return withCookie && origin === undefined && !reading.has(method);
  if (fetchSite === 'same-origin' || fetchSite === 'none') return false;
  return !(reading.has(method) && fetchMode === 'navigate');
}

/** Checks host and origin of a request, in this order. */
export function refusalOf(request: AccessRequest, ownNames: ReadonlySet<string>): Refusal {
  if (!isOwnHost(request.host, ownNames)) return 'host';
  return isForged(request) ? 'origin' : null;
}
