import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Component, Health } from '#hmi/server/api.schema.ts';
import { api } from '#hmi/web/api.ts';
import { t, tOr } from '#hmi/web/texts/texts.ts';
import '#hmi/web/styles/health.css';

const everyMs = 3000;

/** Health of every component, asked again and again while the page is open. */
export function useHealth(): Health | null {
  const { data, isError, failureCount } = useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => api.health(signal),
    refetchInterval: everyMs,
  });
  return isError || failureCount > 0 ? null : (data ?? null);
}

/** Quiet while all works; names what does not, with what to do about it. */
export function HealthBar() {
  const health = useHealth();
  const [open, setOpen] = useState(false);
  const components = health?.components ?? [];
  const troubled = components.filter(({ state }) => isTrouble(state));
  const shown = open ? components : troubled;
  return (
    <footer className={`health ${troubled.length > 0 ? 'health-trouble' : ''}`} aria-label={t('health.title')}>
      {shown.length > 0 && (
        <ul className="health-list">
          {shown.map((component) => (
            <HealthLine key={component.id} component={component} />
          ))}
        </ul>
      )}
      <div className="health-foot">
        <span role="status">{summary(health, troubled.length)}</span>
        <button onClick={() => setOpen(!open)} aria-expanded={open} disabled={components.length === 0}>
          {t(open ? 'health.hide' : 'health.show')}
        </button>
      </div>
    </footer>
  );
}

function isTrouble(state: Component['state']): boolean {
  return state === 'down' || state === 'degraded';
}

function summary(health: Health | null, troubled: number): string {
  if (health === null) return t('health.unknown');
  return troubled === 0 ? t('health.allUp') : t('health.someDown', { count: troubled });
}

function HealthLine({ component }: { readonly component: Component }) {
  const { kind, stationId, state, detail, wayOut } = component;
  return (
    <li className={`health-line health-${state}`}>
      <span className="health-shape" aria-hidden="true">
        {shapes[state]}
      </span>
      <span className="health-name">
        {tOr(`health.kind.${kind}`, kind)}
        {stationId === null ? '' : ` · ${stationId}`}
      </span>
      <span>{t(`health.state.${state}`)}</span>
      {isTrouble(state) && (
        <span className="health-words">
          {wayOut !== '' && <strong>{tOr(`health.wayOut.${kind}`, wayOut)}</strong>}{' '}
          <span className="soft">{detail}</span>
        </span>
      )}
      {!isTrouble(state) && detail !== '' && <span className="health-words soft">{detail}</span>}
    </li>
  );
}

const shapes = { up: '✓', degraded: '!', down: '✕', absent: '–', unknown: '?' } as const;
