import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';

/** What of a request decides whether it is let in. */
export interface AccessRequest {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly authorization: string | undefined;
  readonly cookieToken: string | undefined;
}

/** Why a request is turned away; `null`: it may go on. */
export type Refusal = 'host' | 'origin' | 'token' | null;

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

/** Checks host, origin and token of a request, in this order. */
export function refusalOf(request: AccessRequest, token: string, ownNames: ReadonlySet<string>): Refusal {
  if (!isOwnHost(request.host, ownNames)) return 'host';
  if (!isOwnOrigin(request.origin, request.host)) return 'origin';
  const bearer = /^Bearer (.+)$/i.exec(request.authorization ?? '')?.[1];
  const given = bearer ?? request.cookieToken;
  return given !== undefined && sameToken(given, token) ? null : 'token';
}
