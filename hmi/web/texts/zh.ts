import { page } from '#hmi/web/texts/zh/page.ts';
import { part } from '#hmi/web/texts/zh/part.ts';
import { quality } from '#hmi/web/texts/zh/quality.ts';
import { review } from '#hmi/web/texts/zh/review.ts';
import { trace } from '#hmi/web/texts/zh/trace.ts';
import { words } from '#hmi/web/texts/zh/words.ts';

/** Every text of the page in Chinese. */
export const zh = { ...page, ...part, ...quality, ...review, ...trace, ...words } as const;
