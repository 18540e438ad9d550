import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { accountApi } from '#hmi/web/account/account-api.ts';
import { troubleText } from '#hmi/web/account/trouble-text.ts';
import { useSessionChange } from '#hmi/web/account/use-session.ts';
import { t } from '#hmi/web/texts/texts.ts';

/**
 * Signs in by the token behind # and goes to the line. A page has to run for that: a preview of the link, which a
 * messenger fetches, does not use it up.
 */
export function LinkPage() {
  const [, go] = useLocation();
  const { mutate, error } = useSessionChange(accountApi.openLink, () => go('/', { replace: true }));
  const opened = useRef(false);
  useEffect(() => {
    if (opened.current) return;
    opened.current = true;
    const token = decodeURIComponent(window.location.hash.slice(1));
    // Out of the address, which is shown around and kept.
    history.replaceState(null, '', '/link');
    mutate(token === '' ? 'none' : token);
  }, [mutate]);
  return <p className="nothing">{error ? troubleText(error) : t('account.opening')}</p>;
}
