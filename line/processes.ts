import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startChild, type Child, type ChildHooks, type ChildSpec } from '#line/child.ts';
import type { LineConfig } from '#line/config.ts';
import type { LineOptions } from '#line/options.ts';

/** Where the line keeps and finds things. */
export interface Place {
  readonly dataDir: string;
  readonly goldenDir: string;
  readonly logDir: string;
}

/** Addresses of broker and database, real or embedded. */
export interface PlantUrls {
  readonly mqttUrl: string;
  readonly databaseUrl: string;
}

/** Folders of a line below its data folder; made when missing. */
export function placeOf(config: LineConfig): Place {
  const dataDir = resolve(config.HAIRLINE_DATA_DIR);
  const place = { dataDir, goldenDir: join(dataDir, 'golden'), logDir: join(dataDir, 'logs') };
  for (const folder of Object.values(place)) mkdirSync(folder, { recursive: true });
  return place;
}

/** Starts the processes of a line, each with what it needs to know of the others. */
export function createStarter(config: LineConfig, options: LineOptions, hooks: ChildHooks) {
  const place = placeOf(config);
  const start = (spec: Omit<ChildSpec, 'logFile'>): Promise<Child> =>
    startChild({ ...spec, logFile: join(place.logDir, `${spec.name}.log`) }, hooks);
  const plantEnvironment = (urls: PlantUrls) => ({
    HAIRLINE_DATABASE_URL: urls.databaseUrl,
    HAIRLINE_MQTT_URL: urls.mqttUrl,
    HAIRLINE_SITE: config.HAIRLINE_SITE,
    HAIRLINE_LINE: config.HAIRLINE_LINE,
  });

  return {
    /** Embedded broker and database, as far as no real ones are named. */
    plant: async (): Promise<Child | null> => {
      const named = { broker: config.HAIRLINE_MQTT_URL, database: config.HAIRLINE_DATABASE_URL };
      if (named.broker && named.database) return null;
      const without = [named.broker ? ['--no-broker'] : [], named.database ? ['--no-database'] : []].flat();
      const args = ['--data', join(place.dataDir, 'plant'), ...without];
      return start({ name: 'plant', script: 'line/plant/main.ts', args, environment: {} });
    },
    station: (name: string, port: number, parts: number | null) =>
      start({
        name: `station-${name}`,
        script: 'line/station/main.ts',
        args: stationArgs(place, options, { name, port, parts }),
        environment: {},
      }),
    edge: (station: string, opcuaUrl: string, mqttUrl: string) =>
      start({
        name: `edge-${station}`,
        script: 'edge/main.ts',
        args: [],
        environment: {
          HAIRLINE_STATION_ID: station,
          HAIRLINE_OPCUA_URL: opcuaUrl,
          HAIRLINE_OPCUA_SECURITY: 'None',
          HAIRLINE_MQTT_URL: mqttUrl,
          HAIRLINE_SITE: config.HAIRLINE_SITE,
          HAIRLINE_LINE: config.HAIRLINE_LINE,
          HAIRLINE_DATA_DIR: join(place.dataDir, `edge-${station}`),
          HAIRLINE_GOLDEN_DIR: place.goldenDir,
          HAIRLINE_EDGE_PORT: '0',
        },
      }),
    store: (urls: PlantUrls) =>
      start({
        name: 'store',
        script: 'store/main.ts',
        args: [],
        environment: { ...plantEnvironment(urls), HAIRLINE_DATA_DIR: join(place.dataDir, 'store') },
      }),
    mes: (urls: PlantUrls) =>
      start({ name: 'mes', script: 'mes/main.ts', args: [], environment: plantEnvironment(urls) }),
    hmi: (urls: PlantUrls, edgeUrls: Readonly<Record<string, string>>) =>
      start({
        name: 'hmi',
        script: 'hmi/main.ts',
        args: [],
        environment: {
          ...plantEnvironment(urls),
          HAIRLINE_EDGE_URLS: Object.entries(edgeUrls)
            .map(([station, url]) => `${station}=${url}`)
            .join(','),
        },
      }),
  };
}

function stationArgs(
  place: Place,
  options: LineOptions,
  station: { name: string; port: number; parts: number | null },
): readonly string[] {
  const args = ['--station', station.name, '--port', String(station.port), '--seed', String(options.seed)];
  args.push('--data', join(place.dataDir, `station-${station.name}`), '--golden', place.goldenDir);
  args.push('--interval-ms', String(options.intervalMs), '--wait-for-run');
  if (station.parts !== null) args.push('--parts', String(station.parts));
  if (options.images !== null) args.push('--images', resolve(options.images));
  if (options.recipe !== null) args.push('--recipe', options.recipe);
  return args;
}
