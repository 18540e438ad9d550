export type HealthState = 'ok' | 'warning' | 'fault';

/** How one part of the edge node does, and what a person does about it ('' where nothing is to be done). */
export interface ComponentHealth {
  readonly state: HealthState;
  readonly detail: string;
  readonly wayOut: string;
  /** The code of a lock, for who says it in other words; '' where there is none. */
  readonly code: string;
  /** No part gets a verdict that it could pass with, as long as this is so. */
  readonly stops: boolean;
}

export const componentNames = [
  'station',
  'plc',
  'lock',
  'recipes',
  'reviewer',
  'outbox',
  'broker',
  'evidence',
  'inspection',
  'machine-vision',
  'security',
] as const;

export type ComponentName = (typeof componentNames)[number];

type ToDo = Pick<ComponentHealth, 'wayOut' | 'code'>;

/** The last word of every component about itself. */
export interface Health {
  set(name: ComponentName, state: HealthState, detail: string, toDo?: string | ToDo): void;
  read(): { readonly state: HealthState; readonly components: Readonly<Record<string, ComponentHealth>> };
}

const rank: Readonly<Record<HealthState, number>> = { ok: 0, warning: 1, fault: 2 };

// Parts get their verdicts all the same. A certificate that ran out ends no channel that is open; where one cannot be
// opened any more, the station is not reached.
const goesOnWithout: ReadonlySet<ComponentName> = new Set([
  'broker',
  'reviewer',
  'evidence',
  'outbox',
  'machine-vision',
  'security',
]);

/** What keeps a station from inspecting: the one rule for the line, the plant's OPC UA clients and the dashboard. */
export function keepsFromInspecting(name: ComponentName, state: HealthState): boolean {
  return state === 'fault' && !goesOnWithout.has(name);
}

/** Keeps health; the whole is as bad as its worst component. */
export function createHealth(): Health {
  const components = new Map<ComponentName, ComponentHealth>();
  return {
    set: (name, state, detail, toDo = '') => {
      const told = typeof toDo === 'string' ? { wayOut: toDo, code: '' } : toDo;
      components.set(name, { state, detail, ...told, stops: keepsFromInspecting(name, state) });
    },
    read: () => {
      const states = Array.from(components.values(), (component) => component.state);
      const worst = states.toSorted((a, b) => rank[b] - rank[a])[0] ?? 'ok';
      return { state: worst, components: Object.fromEntries(components) };
    },
  };
}
