import { page } from '#hmi/web/texts/en/page.ts';
import { part } from '#hmi/web/texts/en/part.ts';
import { quality } from '#hmi/web/texts/en/quality.ts';
import { review } from '#hmi/web/texts/en/review.ts';
import { trace } from '#hmi/web/texts/en/trace.ts';
import { words } from '#hmi/web/texts/en/words.ts';

/** Every text of the page in English. Other languages have the same keys; a test compares them. */
export const en = { ...page, ...part, ...quality, ...review, ...trace, ...words } as const;
