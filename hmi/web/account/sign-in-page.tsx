import { useLocation } from 'wouter';
import { SignInForm } from '#hmi/web/account/sign-in-form.tsx';
import { t } from '#hmi/web/texts/texts.ts';

/** Where a person says who they are; leads to the line. */
export function SignInPage() {
  const [, go] = useLocation();
  return (
    <div className="account">
      <h1>{t('account.signIn')}</h1>
      <SignInForm onDone={() => go('/')} />
    </div>
  );
}
