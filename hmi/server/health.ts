import type { Component, ComponentState, Health } from '#hmi/server/api.schema.ts';
import type { EdgeHealth, EdgeNodes } from '#hmi/server/edge-nodes.ts';
import type { LiveFeed } from '#hmi/server/live-feed.ts';
import type { Plant } from '#hmi/server/plant.ts';
import { storeComponent } from '#hmi/server/store-component.ts';
import type { Database } from '#store/database.ts';

/** Where the dashboard learns how the plant is. */
export interface HealthSources {
  readonly feed: Pick<LiveFeed, 'databaseTrouble'>;
  readonly plant: Pick<Plant, 'brokerTrouble' | 'states'>;
  readonly edges: Pick<EdgeNodes, 'health' | 'stationIds'>;
  readonly database: Database;
}

const waysOut = {
  database: 'Check that PostgreSQL runs and that HAIRLINE_DATABASE_URL names it. The dashboard goes on by itself.',
  broker: 'Check that the MQTT broker runs and that HAIRLINE_MQTT_URL names it. The edge nodes keep their results.',
  edge: 'Check power, network and the edge process of this station. The line takes no answer as not OK.',
} as const;

/** Looks at every component once. */
export async function inspectHealth({ feed, plant, edges, database }: HealthSources, now: Date): Promise<Health> {
  const states = plant.states();
  const brokerTrouble = plant.brokerTrouble();
  const stationIds = [...new Set([...edges.stationIds, ...states.keys()])].toSorted();
  const databaseTrouble = feed.databaseTrouble();
  const [store, asked] = await Promise.all([
    databaseTrouble === null ? storeComponent(database, now) : null,
    Promise.all(stationIds.map((stationId) => edges.health(stationId))),
  ]);
  const components = [
    ownComponent('database', databaseTrouble),
    ownComponent('broker', brokerTrouble),
    ...(store ? [store] : []),
    ...asked.flatMap((edge) => {
      const online = brokerTrouble === null && states.get(edge.stationId)?.state === 'online';
      return [edgeComponent(edge, online), ...toldComponents(edge)];
    }),
  ];
  const down = components.some((component) => component.state === 'down');
  return { status: down ? 'down' : 'up', at: now.toISOString(), components };
}

function ownComponent(kind: 'database' | 'broker', trouble: string | null): Component {
  const base = { id: kind, kind, stationId: null };
  if (trouble === null) return { ...base, state: 'up', detail: '', wayOut: '' };
  return { ...base, state: 'down', detail: trouble, wayOut: waysOut[kind] };
}

/** Up where it answers. One that says it is online but has no reachable address here is unknown rather than down. */
function edgeComponent({ stationId, trouble }: EdgeHealth, online: boolean): Component {
  const base = { id: `${stationId}/edge`, kind: 'edge' as const, stationId };
  if (trouble === null) return { ...base, state: 'up', detail: '', wayOut: '' };
  return { ...base, state: online ? 'unknown' : 'down', detail: trouble, wayOut: waysOut.edge };
}

const toldStates: Readonly<Record<string, ComponentState>> = { ok: 'up', warning: 'degraded', fault: 'down' };

/** What an edge node tells of its own parts. */
function toldComponents({ stationId, told }: EdgeHealth): Component[] {
  return Object.entries(told).map(([kind, { state, detail, wayOut, code }]) => ({
    id: `${stationId}/${kind}`,
    kind,
    stationId,
    // An edge node warns of its reviewer where none is configured; one that fails is a fault.
    state: kind === 'reviewer' && state === 'warning' ? 'absent' : (toldStates[state] ?? 'unknown'),
    detail,
    wayOut,
    ...(code === '' ? {} : { code }),
  }));
}
