import { ApiError } from '#hmi/web/api.ts';
import { t } from '#hmi/web/texts/texts.ts';

/** An error as the texts of a page take it: what is wrong, and what a person does about it. */
export function troubleOf(error: Error): { readonly message: string; readonly wayOut: string } {
  return { message: error.message, wayOut: wayOutText(error) };
}

/** What a person does about an error: what the server says, or that it does not answer. */
export function wayOutText(error: Error): string {
  return error instanceof ApiError ? error.problem.wayOut : t('connection.neverHeard');
}
