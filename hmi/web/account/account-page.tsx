import { useState } from 'react';
import { useLocation } from 'wouter';
import { shortestPassword } from '#hmi/password-length.ts';
import { accountApi } from '#hmi/web/account/account-api.ts';
import { SignInForm } from '#hmi/web/account/sign-in-form.tsx';
import { troubleText } from '#hmi/web/account/trouble-text.ts';
import { useSession, useSessionChange } from '#hmi/web/account/use-session.ts';
import { t } from '#hmi/web/texts/texts.ts';
import '#hmi/web/styles/account.css';

/** Who one is here, one's own password, and the way out. */
export function AccountPage() {
  const session = useSession();
  const [, go] = useLocation();
  const signOut = useSessionChange(accountApi.signOut, () => go('/'));
  if (session === undefined) return null;
  const { person } = session;
  return (
    <div className="account">
      <h1>{t('account.title')}</h1>
      {person === null ? (
        <SignInForm />
      ) : (
        <>
          <p>{t('account.signedInAs', { name: person.name, role: t(`role.${person.role}`) })}</p>
          <button onClick={() => signOut.mutate(undefined)} disabled={signOut.isPending}>
            {t('account.signOut')}
          </button>
          <PasswordForm name={person.name} hasPassword={person.hasPassword} />
        </>
      )}
    </div>
  );
}

const empty = { current: '', next: '', again: '' };

function PasswordForm({ name, hasPassword }: { readonly name: string; readonly hasPassword: boolean }) {
  const [given, setGiven] = useState(empty);
  const differ = given.again !== '' && given.again !== given.next;
  const change = useSessionChange(
    () => accountApi.changePassword(hasPassword ? given.current : null, given.next),
    () => setGiven(empty),
  );
  const field = (key: keyof typeof empty, label: string) => (
    <label>
      {label}
      <input
        type="password"
        value={given[key]}
        onChange={({ target }) => setGiven({ ...given, [key]: target.value })}
        autoComplete={key === 'current' ? 'current-password' : 'new-password'}
        minLength={key === 'current' ? 1 : shortestPassword}
        required
      />
    </label>
  );
  return (
    <form
      className="account-form panel"
      onSubmit={(event) => {
        event.preventDefault();
        if (given.next === given.again) change.mutate(undefined);
      }}
    >
      <h2>{t(hasPassword ? 'account.change' : 'account.choose')}</h2>
      {!hasPassword && <p>{t('account.noPassword')}</p>}
      <input className="away" tabIndex={-1} aria-hidden="true" readOnly value={name} autoComplete="username" />
      {hasPassword && field('current', t('account.current'))}
      {field('next', t('account.next', { count: shortestPassword }))}
      {field('again', t('account.again'))}
      {differ && <p role="alert">{t('account.differ')}</p>}
      {change.error && (
        <p role="alert" className="account-trouble">
          {troubleText(change.error)}
        </p>
      )}
      {change.isSuccess && given.next === '' && <p role="status">{t('account.changed')}</p>}
      <button disabled={change.isPending || differ}>{t(hasPassword ? 'account.change' : 'account.choose')}</button>
    </form>
  );
}
