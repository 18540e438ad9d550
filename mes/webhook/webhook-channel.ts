import type { Channel } from '#mes/deliver-reports.ts';
import { keyOfSecret, signBody } from '#mes/webhook/sign.ts';

export interface WebhookOptions {
  readonly url: string;
  readonly secret: string;
  /** Unix time in ms. */
  readonly now: () => number;
  /** After this time without an answer the report is sent again. */
  readonly timeoutMs: number;
}

// The receiver says that it will never take this report. Any other refusal may be a wrong address or key, or a receiver
// that is not itself: the report waits and is sent again, and those behind it wait too.
const refusals = new Set([400, 413, 422]);

/** Reports as signed POST requests, one at a time: the next one leaves when the receiver has taken this one. */
export function webhookChannel({ url, secret, now, timeoutMs }: WebhookOptions): Channel {
  const key = keyOfSecret(secret);
  return {
    name: 'webhook',
    inFlightAtMost: 1,
    deliver: async (report) => {
      const body = JSON.stringify(report);
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'error',
        headers: {
          'content-type': 'application/json',
          ...signBody(key, report.reportId, body, Math.floor(now() / 1000)),
        },
        body,
        signal: AbortSignal.timeout(timeoutMs),
      });
      await response.body?.cancel();
      if (response.ok) return null;
      if (refusals.has(response.status)) return `the receiver answered ${response.status}`;
      throw new Error(`the receiver answered ${response.status}`);
    },
  };
}
