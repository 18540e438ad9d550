import { Link } from 'wouter';
import { useSession } from '#hmi/web/account/use-session.ts';
import { t } from '#hmi/web/texts/texts.ts';

/** Who is signed in here, or the way to it. */
export function AccountLink() {
  const session = useSession();
  if (session === undefined) return null;
  const { person } = session;
  return (
    <Link href={person === null ? '/sign-in' : '/account'} className={(active) => (active ? 'tab tab-active' : 'tab')}>
      {person === null ? t('account.signIn') : <span className="account-name">{person.name}</span>}
    </Link>
  );
}

/** Says that who came by a link has no password yet. Empty for everybody else. */
export function PasswordNote() {
  const person = useSession()?.person;
  if (!person || person.hasPassword) return null;
  return (
    <p className="password-note">
      {t('account.noPassword')} <Link href="/account">{t('account.choose')}</Link>
    </p>
  );
}
