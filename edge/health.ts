export type HealthState = 'ok' | 'warning' | 'fault';

/** How one part of the edge node does, and what a person does about it ('' where nothing is to be done). */
export interface ComponentHealth {
  readonly state: HealthState;
  readonly detail: string;
  readonly wayOut: string;
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

/** The last word of every component about itself. */
export interface Health {
  set(name: ComponentName, state: HealthState, detail: string, wayOut?: string): void;
  read(): { readonly state: HealthState; readonly components: Readonly<Record<string, ComponentHealth>> };
}

const rank: Readonly<Record<HealthState, number>> = { ok: 0, warning: 1, fault: 2 };

/** Keeps health; the whole is as bad as its worst component. */
export function createHealth(): Health {
  const components = new Map<ComponentName, ComponentHealth>();
  return {
    set: (name, state, detail, wayOut = '') => void components.set(name, { state, detail, wayOut }),
    read: () => {
      const states = Array.from(components.values(), (component) => component.state);
      const worst = states.toSorted((a, b) => rank[b] - rank[a])[0] ?? 'ok';
      return { state: worst, components: Object.fromEntries(components) };
    },
  };
}
