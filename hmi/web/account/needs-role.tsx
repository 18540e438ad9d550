import { lazy, Suspense, type ReactNode } from 'react';
import { useMayUse, useSession } from '#hmi/web/account/use-session.ts';
import { t } from '#hmi/web/texts/texts.ts';
import type { Role } from '#hmi/roles.ts';

const SignInForm = lazy(async () => ({
  default: (await import('#hmi/web/account/sign-in-form.tsx')).SignInForm,
}));

interface NeedsRoleProps {
  readonly least: Role;
  readonly children: ReactNode;
}

/** Shows a page to who may use it; to others what it takes, and where to sign in. */
export function NeedsRole({ least, children }: NeedsRoleProps) {
  const may = useMayUse(least);
  const person = useSession()?.person;
  if (may === undefined) return null;
  if (may) return children;
  return (
    <div className="account">
      <h1>{t('account.needs', { role: t(`role.${least}`) })}</h1>
      {person ? (
        <p>{t('account.needsAdmin', { name: person.name, role: t(`role.${person.role}`) })}</p>
      ) : (
        <>
          <p>{t('account.needsSignIn')}</p>
          <Suspense>
            <SignInForm />
          </Suspense>
        </>
      )}
    </div>
  );
}
