import { ApiError } from '#hmi/web/api.ts';
import { t } from '#hmi/web/texts/texts.ts';

/** What a person does about an error: what the server says, or that it does not answer. */
export function wayOutText(error: Error): string {
  return error instanceof ApiError ? error.problem.wayOut : t('connection.neverHeard');
}
