import { troubleOf } from '#hmi/web/texts/way-out-text.ts';
import { t } from '#hmi/web/texts/texts.ts';
import '#hmi/web/styles/account.css';

/** Why something did not work, and what to do; nothing where it did. */
export function Trouble({ error }: { readonly error: Error | null }) {
  if (error === null) return null;
  return (
    <p role="alert" className="account-trouble">
      {t('recipes.failed', troubleOf(error))}
    </p>
  );
}
