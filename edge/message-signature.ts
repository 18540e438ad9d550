import { createHmac, timingSafeEqual } from 'node:crypto';
import type { RecipesMessage } from '#edge/messages.schema.ts';

type Unsigned = Pick<RecipesMessage, 'approvalNo' | 'recipes'>;

/**
 * HMAC-SHA256 of a message of approved recipes, in hex. It covers the topic, so that what was approved for one station
 * counts at no other, and the digests, which cover the texts.
 */
export function signRecipes(topic: string, { approvalNo, recipes }: Unsigned, key: string): string {
  const digests = recipes.map(({ recipeId, sha256 }) => [recipeId, sha256]);
  return createHmac('sha256', key)
    .update(JSON.stringify([topic, approvalNo, digests]))
    .digest('hex');
}

/** True where whoever signed the message has the key. */
export function isSigned(topic: string, message: RecipesMessage, key: string): boolean {
  const right = Buffer.from(signRecipes(topic, message, key));
  const given = Buffer.from(message.signature);
  return given.length === right.length && timingSafeEqual(given, right);
}
