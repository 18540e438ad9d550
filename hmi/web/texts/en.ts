import { account } from '#hmi/web/texts/en/account.ts';
import { equipment } from '#hmi/web/texts/en/equipment.ts';
import { examples } from '#hmi/web/texts/en/examples.ts';
import { page } from '#hmi/web/texts/en/page.ts';
import { part } from '#hmi/web/texts/en/part.ts';
import { people } from '#hmi/web/texts/en/people.ts';
import { quality } from '#hmi/web/texts/en/quality.ts';
import { recipes } from '#hmi/web/texts/en/recipes.ts';
import { review } from '#hmi/web/texts/en/review.ts';
import { trace } from '#hmi/web/texts/en/trace.ts';
import { words } from '#hmi/web/texts/en/words.ts';

/** Every text of the page in English. Other languages have the same keys; a test compares them. */
export const en = {
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
