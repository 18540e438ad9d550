import { ApiError } from '#hmi/web/api.ts';
import { t } from '#hmi/web/texts/texts.ts';

const keys: Readonly<Record<string, string>> = {
  SIGN_IN_REFUSED: 'refused',
  PERSON_DISABLED: 'disabled',
  TRIED_TOO_OFTEN: 'tooOften',
  PASSWORD_WRONG: 'wrong',
  LINK_SPENT: 'linkSpent',
};

/** Why signing in or a new password did not work, in words. */
export function troubleText(error: Error): string {
  if (!(error instanceof ApiError)) return t('connection.neverHeard');
  const key = keys[error.problem.code];
  return key === undefined ? t('account.failed', { message: error.problem.message }) : t(`account.${key}`);
}
