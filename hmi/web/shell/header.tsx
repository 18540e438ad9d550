import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { HealthButton } from '#hmi/web/shell/health-button.tsx';
import { LanguageChoice } from '#hmi/web/shell/language.tsx';
import type { Connection } from '#hmi/web/live/use-line.ts';
import { clock } from '#hmi/web/texts/numbers.ts';
import { t } from '#hmi/web/texts/texts.ts';

const pages = [
  { path: '/', key: 'line' },
  { path: '/review', key: 'review' },
  { path: '/trace', key: 'trace' },
  { path: '/quality', key: 'quality' },
] as const;

interface HeaderProps {
  readonly connection: Connection;
  readonly healthOpen: boolean;
  readonly onHealth: () => void;
  readonly onLanguage: () => void;
}

/** Name, pages, health, connection and time of day. */
export function Header({ connection, healthOpen, onHealth, onLanguage }: HeaderProps) {
  return (
    <header className="header">
      <span className="brand">
        <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
          <path d="M4 16h8l3-6 3 12 3-6h7" fill="none" stroke="currentColor" strokeWidth="2.5" strokeLinejoin="round" />
        </svg>
        {t('shell.product')}
      </span>
      <nav aria-label={t('shell.pages')}>
        {pages.map(({ path, key }) => (
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
      <LanguageChoice onChosen={onLanguage} />
      <Clock />
    </header>
  );
}

function Clock() {
  const now = useNow(1000);
  return <time className="clock">{clock(now)}</time>;
}

/** The time now, told anew every so many milliseconds. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
