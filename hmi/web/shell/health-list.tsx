import type { Component } from '#hmi/server/api.schema.ts';
import { isTrouble, useHealth } from '#hmi/web/shell/use-health.ts';
import { lockText, lockWayOut } from '#hmi/web/texts/lock-text.ts';
import { dateTime, withLocalTimes } from '#hmi/web/texts/numbers.ts';
import { t, tOr } from '#hmi/web/texts/texts.ts';
import '#hmi/web/styles/health.css';

/** What does not work, with what to do about it; all components where `all` is asked for. */
export function HealthList({ all }: { readonly all: boolean }) {
  const components = useHealth()?.components ?? [];
  const shown = all ? components : components.filter(isTrouble);
  return (
    <ul className="health-list" id="health" aria-label={t('health.title')} hidden={shown.length === 0}>
      {shown.map((component) => (
        <HealthLine key={component.id} component={component} />
      ))}
    </ul>
  );
}

function HealthLine({ component }: { readonly component: Component }) {
  const { kind, stationId, state, detail, wayOut } = component;
  const toDo = isTrouble(component) && wayOut !== '';
  return (
    <li className={`health-line health-${state}`}>
      <span className="health-shape" aria-hidden="true">
        {shapes[state]}
      </span>
      <span className="health-name">
        {tOr(`health.kind.${kind}`, kind)}
        {stationId === null ? '' : ` · ${stationId}`}
      </span>
      <span>{kind === 'lock' && state === 'down' ? t('health.locked') : t(`health.state.${state}`)}</span>
      <span className="health-words">
        {toDo && <strong>{kind === 'lock' ? lockWayOut(component) : tOr(`health.wayOut.${kind}`, wayOut)} </strong>}
        <span className="soft">
          {lockText(component.code, '')}{' '}
          {kind === 'lock' && state === 'down' ? sinceText(detail) : withLocalTimes(detail)}
        </span>
      </span>
    </li>
  );
}

/** Since when it is locked: the rest of what the edge node writes is said before, in the language of the page. */
function sinceText(detail: string): string {
  const [at] = detail.match(instant) ?? [];
  return at === undefined ? detail : t('health.since', { at: dateTime(at) });
}

const instant = /\d{4}-\d{2}-\d{2}T[\d:.]+Z/;
const shapes = { up: '✓', degraded: '!', down: '✕', absent: '–', unknown: '?' } as const;
