import { useState } from 'react';
import { accountApi } from '#hmi/web/account/account-api.ts';
import { useSessionChange } from '#hmi/web/account/use-session.ts';
import { troubleText } from '#hmi/web/account/trouble-text.ts';
import { t } from '#hmi/web/texts/texts.ts';
import '#hmi/web/styles/account.css';

/** Name and password. What needed somebody who is signed in goes on by itself. */
export function SignInForm({ onDone }: { readonly onDone?: () => void }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useSessionChange(() => accountApi.signIn(name, password), onDone);
  return (
    <form
      className="account-form panel"
      onSubmit={(event) => {
        event.preventDefault();
        signIn.mutate(undefined, { onError: () => setPassword('') });
      }}
    >
      <label>
        {t('account.name')}
        <input
          value={name}
          onChange={({ target }) => setName(target.value)}
          autoComplete="username"
          spellCheck={false}
          autoCapitalize="none"
          required
        />
      </label>
      <label>
        {t('account.password')}
        <input
          type="password"
          value={password}
          onChange={({ target }) => setPassword(target.value)}
          autoComplete="current-password"
          required
        />
      </label>
      {signIn.error && (
        <p role="alert" className="account-trouble">
          {troubleText(signIn.error)}
        </p>
      )}
      <button disabled={signIn.isPending}>{t('account.signIn')}</button>
    </form>
  );
}
