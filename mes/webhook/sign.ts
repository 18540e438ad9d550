import { createHmac } from 'node:crypto';

/** Headers that prove origin and age of a report: HMAC-SHA256 as the Standard Webhooks specification 1.0 has it. */
export interface SignedHeaders {
  readonly 'webhook-id': string;
  readonly 'webhook-timestamp': string;
  readonly 'webhook-signature': string;
}

/** Key bytes of a secret: what follows `whsec_` is base64; any other text is taken as it is, in UTF-8. */
export function keyOfSecret(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret);
}

/** Signs `<id>.<unix seconds>.<body>`. */
export function signBody(key: Uint8Array, id: string, body: string, unixSeconds: number): SignedHeaders {
  const signature = createHmac('sha256', key).update(`${id}.${unixSeconds}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(unixSeconds), 'webhook-signature': `v1,${signature}` };
}
