import { Link } from 'wouter';
import { mayAct } from '#hmi/roles.ts';
import { useSession } from '#hmi/web/account/use-session.ts';
import { AccountLink } from '#hmi/web/shell/account-link.tsx';
import { HealthButton } from '#hmi/web/shell/health-button.tsx';
import { LanguageChoice } from '#hmi/web/shell/language.tsx';
import { useNow } from '#hmi/web/shell/use-now.ts';
import type { Connection } from '#hmi/web/live/use-line.ts';
import { clock } from '#hmi/web/texts/numbers.ts';
import { t } from '#hmi/web/texts/texts.ts';

const pages = [
  { path: '/', key: 'line', least: 'viewer' },
  // Shown to everybody: who has not signed in learns there what it takes.
  { path: '/review', key: 'review', least: 'viewer' },
  { path: '/trace', key: 'trace', least: 'viewer' },
  { path: '/quality', key: 'quality', least: 'viewer' },
  { path: '/examples', key: 'examples', least: 'quality' },
  { path: '/engineering', key: 'engineering', least: 'engineer' },
  { path: '/people', key: 'people', least: 'admin' },
] as const;

interface HeaderProps {
  readonly connection: Connection;
  readonly healthOpen: boolean;
  readonly onHealth: () => void;
  readonly onLanguage: () => void;
}

/** Name, pages, health, connection and time of day. */
export function Header({ connection, healthOpen, onHealth, onLanguage }: HeaderProps) {
  const role = useSession()?.role ?? 'viewer';
  return (
    <header className="header">
      <span className="brand">
        <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
          <path d="M4 16h8l3-6 3 12 3-6h7" fill="none" stroke="currentColor" strokeWidth="2.5" strokeLinejoin="round" />
        </svg>
        <span className="brand-name">{t('shell.product')}</span>
      </span>
      <nav aria-label={t('shell.pages')}>
        {pages
          .filter(({ least }) => mayAct(role, least))
          .map(({ path, key }) => (
            <Link key={key} href={path} className={(active) => (active ? 'tab tab-active' : 'tab')}>
              {t(`shell.${key}`)}
            </Link>
          ))}
      </nav>
      <HealthButton open={healthOpen} onToggle={onHealth} />
      <span className={`connection connection-${connection}`} role="status">
        <span className="connection-dot" aria-hidden="true" />
        {t(`connection.${connection}`)}
      </span>
      <AccountLink />
      <LanguageChoice onChosen={onLanguage} />
      <Clock />
    </header>
  );
}

function Clock() {
  const now = useNow(1000);
  return <time className="clock">{clock(now)}</time>;
}
