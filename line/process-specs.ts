import { mkdirSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { frameMemoryFlags } from '#host/frame-memory.ts';
import type { ChildSpec } from '#line/child.ts';
import type { LineConfig } from '#line/config.ts';
import type { LineOptions } from '#line/options.ts';

/** Folders of a line below its data folder. */
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

/** HTTP faces of the edge nodes, by station. */
export type EdgeUrls = ReadonlyMap<string, string>;

/** What is the same for every process of one line. */
export interface LineSetting {
  readonly config: LineConfig;
  readonly options: LineOptions;
  readonly place: Place;
  /** What the store signs approved recipes with; known to store and edge nodes. */
  readonly recipeKey: string;
}

/** Makes the folders of a line when they are missing. */
export function makePlace(config: LineConfig): Place {
  const dataDir = resolve(config.HAIRLINE_DATA_DIR);
  const place = { dataDir, goldenDir: join(dataDir, 'golden'), logDir: join(dataDir, 'logs') };
  for (const folder of Object.values(place)) mkdirSync(folder, { recursive: true });
  return place;
}

/** Embedded broker and database, as far as no real ones are named; null when both are. Ports outlive a restart. */
export function plantSpec(
  { config, place }: LineSetting,
  ports: { readonly mqtt: number; readonly database: number },
): ChildSpec | null {
  if (config.HAIRLINE_MQTT_URL && config.HAIRLINE_DATABASE_URL) return null;
  const args = ['--data', join(place.dataDir, 'plant')];
  args.push('--mqtt-port', String(ports.mqtt), '--database-port', String(ports.database));
  if (config.HAIRLINE_MQTT_URL) args.push('--no-broker');
  if (config.HAIRLINE_DATABASE_URL) args.push('--no-database');
  return spec(place, 'plant', 'line/plant/main.ts', { args, environment: {} });
}

/** The embedded reviewer. */
export function reviewerSpec({ place }: LineSetting, port: number): ChildSpec {
  return spec(place, 'reviewer', 'vlm/embedded/main.ts', { args: ['--port', String(port)], environment: {} });
}

/** A simulated station; its PLC asks for the parts, and it waits for the word to run. */
export function stationSpec(
  { options, place }: LineSetting,
  station: { readonly name: string; readonly port: number; readonly parts: number | null; readonly after: number },
): ChildSpec {
  const args = ['--station', station.name, '--port', String(station.port), '--seed', String(options.seed)];
  args.push('--data', join(place.dataDir, `station-${station.name}`), '--golden', place.goldenDir);
  args.push('--plc', '--wait-for-run', '--security', options.security);
  // Only here, where one command makes both sides on one machine, does a station trust somebody on its own.
  if (options.security !== 'None') args.push('--peers', peersOf(place, station.name).join(delimiter));
  args.push('--after', String(station.after));
  if (station.parts !== null) args.push('--parts', String(station.parts));
  if (options.images !== null) args.push('--images', resolve(options.images));
  if (options.recipe !== null) args.push('--recipe', options.recipe);
  const rest = { args, environment: {}, nodeFlags: frameMemoryFlags };
  return spec(place, `station-${station.name}`, 'line/station/main.ts', rest);
}

/** The simulated PLC of a station: it asks for the parts and opens the gate for those that are OK. */
export function plcSpec(
  { options, place }: LineSetting,
  plc: { readonly station: string; readonly opcuaUrl: string },
): ChildSpec {
  const args = ['--url', plc.opcuaUrl, '--data', plcDir(place, plc.station)];
  args.push('--interval-ms', String(options.intervalMs), '--security', options.security);
  // Nobody says which pictures of a folder are known to be bad.
  if (options.images !== null) args.push('--no-challenge');
  return spec(place, `plc-${plc.station}`, 'line/plc/main.ts', { args, environment: {} });
}

/** The edge node of a station. Its port is fixed, so that the dashboard finds it again after a restart. */
export function edgeSpec(
  { config, options, place, recipeKey }: LineSetting,
  edge: { readonly station: string; readonly opcuaUrl: string; readonly port: number; readonly visionPort: number },
  mqttUrl: string,
): ChildSpec {
  const environment = {
    HAIRLINE_STATION_ID: edge.station,
    HAIRLINE_OPCUA_URL: edge.opcuaUrl,
    HAIRLINE_OPCUA_SECURITY: options.security,
    HAIRLINE_MQTT_URL: mqttUrl,
    HAIRLINE_RECIPE_KEY: recipeKey,
    HAIRLINE_SITE: config.HAIRLINE_SITE,
    HAIRLINE_LINE: config.HAIRLINE_LINE,
    HAIRLINE_DATA_DIR: edgeDir(place, edge.station),
    HAIRLINE_GOLDEN_DIR: place.goldenDir,
    HAIRLINE_EDGE_PORT: String(edge.port),
    HAIRLINE_EDGE_MACHINE_VISION_PORT: String(edge.visionPort),
  };
  return spec(place, `edge-${edge.station}`, 'edge/main.ts', { args: [], environment, nodeFlags: frameMemoryFlags });
}

function edgeDir({ dataDir }: Place, station: string): string {
  return join(dataDir, `edge-${station}`);
}

function plcDir({ dataDir }: Place, station: string): string {
  return join(dataDir, `plc-${station}`);
}

/** PKI folders of those who speak with a station. */
function peersOf(place: Place, station: string): readonly string[] {
  return [edgeDir(place, station), plcDir(place, station)].map((dir) => join(dir, 'pki'));
}

/** Reports to the MES. */
export function mesSpec({ config, place }: LineSetting, urls: PlantUrls): ChildSpec {
  return spec(place, 'mes', 'mes/main.ts', { args: [], environment: plantEnvironment(config, place, urls) });
}

/** The store; it fetches images from the edge nodes, `edgeUrls` by station. */
export function storeSpec({ config, place, recipeKey }: LineSetting, urls: PlantUrls, edgeUrls: EdgeUrls): ChildSpec {
  const settings = { HAIRLINE_EDGE_URLS: settingOf(edgeUrls), HAIRLINE_RECIPE_KEY: recipeKey };
  const environment = { ...plantEnvironment(config, place, urls), ...settings };
  return spec(place, 'store', 'store/main.ts', { args: [], environment });
}

/** The dashboard; `edgeUrls` by station. */
export function hmiSpec({ config, place }: LineSetting, urls: PlantUrls, edgeUrls: EdgeUrls): ChildSpec {
  const environment = { ...plantEnvironment(config, place, urls), HAIRLINE_EDGE_URLS: settingOf(edgeUrls) };
  return spec(place, 'hmi', 'hmi/main.ts', { args: [], environment });
}

function settingOf(edgeUrls: EdgeUrls): string {
  return Array.from(edgeUrls, ([station, url]) => `${station}=${url}`).join(',');
}

function plantEnvironment(config: LineConfig, place: Place, urls: PlantUrls): Readonly<Record<string, string>> {
  return {
    HAIRLINE_DATABASE_URL: urls.databaseUrl,
    HAIRLINE_MQTT_URL: urls.mqttUrl,
    HAIRLINE_SITE: config.HAIRLINE_SITE,
    HAIRLINE_LINE: config.HAIRLINE_LINE,
    HAIRLINE_DATA_DIR: join(place.dataDir, 'store'),
    HAIRLINE_EVIDENCE_DIR: join(place.dataDir, 'store', 'evidence'),
  };
}

function spec(
  place: Place,
  name: string,
  script: string,
  rest: Pick<ChildSpec, 'args' | 'environment' | 'nodeFlags'>,
): ChildSpec {
  return { name, script, logFile: join(place.logDir, `${name}.log`), ...rest };
}
