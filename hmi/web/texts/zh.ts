import { account } from '#hmi/web/texts/zh/account.ts';
import { equipment } from '#hmi/web/texts/zh/equipment.ts';
import { examples } from '#hmi/web/texts/zh/examples.ts';
import { page } from '#hmi/web/texts/zh/page.ts';
import { part } from '#hmi/web/texts/zh/part.ts';
import { people } from '#hmi/web/texts/zh/people.ts';
import { quality } from '#hmi/web/texts/zh/quality.ts';
import { recipes } from '#hmi/web/texts/zh/recipes.ts';
import { review } from '#hmi/web/texts/zh/review.ts';
import { trace } from '#hmi/web/texts/zh/trace.ts';
import { words } from '#hmi/web/texts/zh/words.ts';

/** Every text of the page in Chinese. */
export const zh = {
  ...account,
  ...page,
  ...equipment,
  ...examples,
  ...part,
  ...people,
  ...quality,
  ...recipes,
  ...review,
  ...trace,
  ...words,
} as const;
