import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeFault, FaultError } from '#host/fault.ts';
import { startChild, type Child, type ChildHooks, type ChildMessage, type ChildSpec } from '#line/child.ts';
import type { Teller } from '#line/console.ts';
import { freePort } from '#line/free-port.ts';
import {
  edgeSpec,
  hmiSpec,
  mesSpec,
  plcSpec,
  plantSpec,
  reviewerSpec,
  stationSpec,
  storeSpec,
  type LineSetting,
  type PlantUrls,
} from '#line/process-specs.ts';

/** How far a station is. */
export interface StationProgress {
  readonly triggered: number;
  readonly decided: number;
  /** True when the station shows no more parts in this run. */
  readonly shownAll: boolean;
}

/** A running line. Disposing of it stops every process, the line's side first. */
export interface RunningLine extends AsyncDisposable {
  /** Address of the dashboard. */
  readonly url: string;
  /** Whether anybody may look on there without signing in. */
  readonly openToLook: boolean;
  readonly databaseUrl: string;
  /** Progress of this run, by station. */
  readonly progress: ReadonlyMap<string, StationProgress>;
  /** Lets the stations trigger. */
  readonly run: () => void;
}

/**
 * Starts every process of the line and waits until all serve.
 * Order: plant, stations, then the rest at once; stations hold still until `run`.
 * @throws FaultError of the first process that cannot serve; what was started is stopped again.
 */
export async function startLine(
  setting: LineSetting,
  starts: ReadonlyMap<string, number>,
  teller: Teller,
): Promise<RunningLine> {
  await using stack = new AsyncDisposableStack();
  const children: Child[] = [];
  let runs = false;
  const progress = new Map<string, StationProgress>();
  const hooks: ChildHooks = {
    message: (name, message) => {
      if (message.kind === 'admin-link') tellAdminLink(teller, message);
      else noteProgress(progress, name, message);
    },
    ended: (name, exit) => teller.note(`${name} ended (${exit}); starting it again`),
    servesAgain: (name) => {
      teller.step(`${name} serves again`);
      if (runs) children.find((child) => child.name === name)?.send({ kind: 'run' });
    },
  };
  const start = async (spec: ChildSpec): Promise<Child> => {
    const child = stack.use(await startChild(spec, hooks));
    children.push(child);
    teller.step(`${spec.name} serves${addressOf(child)}`);
    return child;
  };

  const urls = await startPlant(setting, start);
  const reviewing = startReviewer(setting, start, teller);
  const stations = await startStations(setting, starts, start);
  const reviewer = await reviewing;
  // Chosen here, so that the store knows where to fetch images before the edge nodes serve.
  const ports = new Map(await Promise.all(stations.map(async ({ name }) => [name, await freePort()] as const)));
  const edgeUrls = new Map(Array.from(ports, ([name, port]) => [name, `http://127.0.0.1:${port}`]));
  await Promise.all([
    startEdges(setting, { stations, ports, mqttUrl: urls.mqttUrl, reviewer }, start),
    start(storeSpec(setting, urls, edgeUrls)),
    start(mesSpec(setting, urls)),
    ...stations.map(({ name, child }) => start(plcSpec(setting, { station: name, opcuaUrl: fact(child, 'opcuaUrl') }))),
  ]);
  const hmi = await start(hmiSpec(setting, urls, edgeUrls));
  const pids = Object.fromEntries(children.map((child) => [child.name, child.pid()]));
  writeFileSync(join(setting.place.dataDir, 'processes.json'), JSON.stringify({ line: process.pid, ...pids }));

  const opened = stack.move();
  return {
    url: fact(hmi, 'url'),
    openToLook: hmi.facts()['anonymous'] === 'viewer',
    databaseUrl: urls.databaseUrl,
    progress,
    run: () => {
      runs = true;
      for (const { child } of stations) child.send({ kind: 'run' });
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

type Start = (spec: ChildSpec) => Promise<Child>;

interface StartedStation {
  readonly name: string;
  readonly child: Child;
}

async function startStations(
  setting: LineSetting,
  starts: ReadonlyMap<string, number>,
  start: Start,
): Promise<readonly StartedStation[]> {
  return Promise.all(
    [...sharesOf(setting)].map(async ([name, parts]) => {
      const after = starts.get(name) ?? 0;
      return { name, child: await start(stationSpec(setting, { name, port: await freePort(), parts, after })) };
    }),
  );
}

/** Starts an edge node for each station. */
async function startEdges(
  setting: LineSetting,
  known: {
    readonly stations: readonly StartedStation[];
    readonly ports: ReadonlyMap<string, number>;
    readonly mqttUrl: string;
    readonly reviewer: ReviewerEnvironment;
  },
  start: Start,
): Promise<void> {
  await Promise.all(
    known.stations.map(async ({ name, child }) => {
      const ports = { port: known.ports.get(name) ?? 0, visionPort: await freePort() };
      const edge = { station: name, opcuaUrl: fact(child, 'opcuaUrl'), ...ports };
      const spec = edgeSpec(setting, edge, known.mqttUrl);
      await start({ ...spec, environment: { ...spec.environment, ...known.reviewer } });
    }),
  );
}

/** Settings that tell an edge node of its reviewer; empty where the environment names one, or there is none. */
type ReviewerEnvironment = Readonly<Record<string, string>>;

async function startReviewer(setting: LineSetting, start: Start, teller: Teller): Promise<ReviewerEnvironment> {
  const url = setting.config.HAIRLINE_VLM_BASE_URL;
  if (url !== undefined) {
    teller.step(`reviewer: ${url}`);
    return {};
  }
  if (setting.options.withReviewer) {
    try {
      const reviewer = await start(reviewerSpec(setting, await freePort()));
      return {
        HAIRLINE_VLM_BASE_URL: fact(reviewer, 'baseUrl'),
        HAIRLINE_VLM_MODEL: fact(reviewer, 'model'),
        HAIRLINE_VLM_PROFILE: 'embedded/qwen2.5',
      };
    } catch (error) {
      // A system without the engine's libraries, say: the line is whole without a reviewer.
      teller.note(error instanceof FaultError ? describeFault(error) : String(error));
    }
  }
  teller.step('no reviewer: the detector decides alone, doubtful parts go to a person');
  return {};
}

async function startPlant(setting: LineSetting, start: Start): Promise<PlantUrls> {
  const spec = plantSpec(setting, { mqtt: await freePort(), database: await freePort() });
  const facts = spec ? (await start(spec)).facts() : {};
  const { HAIRLINE_MQTT_URL, HAIRLINE_DATABASE_URL } = setting.config;
  return {
    mqttUrl: HAIRLINE_MQTT_URL ?? String(facts['mqttUrl']),
    databaseUrl: HAIRLINE_DATABASE_URL ?? String(facts['databaseUrl']),
  };
}

/** Parts of each station: the first ones take what does not divide. */
function sharesOf({ options }: LineSetting): ReadonlyMap<string, number | null> {
  const { parts, stations } = options;
  const share = (index: number): number | null =>
    parts === null ? null : Math.floor(parts / stations.length) + (index < parts % stations.length ? 1 : 0);
  return new Map(stations.map((name, index) => [name, share(index)]));
}

function noteProgress(progress: Map<string, StationProgress>, child: string, message: ChildMessage): void {
  const station = child.replace(/^station-/, '');
  const before = progress.get(station) ?? { triggered: 0, decided: 0, shownAll: false };
  const { kind, triggered, decided } = message;
  if (kind === 'shown-all') progress.set(station, { ...before, shownAll: true });
  if (kind !== 'progress' || typeof triggered !== 'number' || typeof decided !== 'number') return;
  progress.set(station, { ...before, triggered, decided });
}

function tellAdminLink(teller: Teller, { link }: ChildMessage): void {
  teller.step(`to review parts and manage people, open this once: ${String(link)}`);
}

function fact(child: Child, key: string): string {
  const value = child.facts()[key];
  if (typeof value !== 'string') throw new TypeError(`${child.name} is ready but does not tell its ${key}`);
  return value;
}

function addressOf(child: Child): string {
  const facts = child.facts();
  const url = facts['opcuaUrl'] ?? facts['httpUrl'] ?? facts['url'];
  const vision = facts['machineVisionUrl'];
  const inUse = facts['portInUse'];
  const also = typeof vision === 'string' ? `, as a vision system at ${vision}` : '';
  const instead = typeof inUse === 'number' ? `: port ${inUse} is in use by another program` : '';
  return typeof url === 'string' ? ` at ${url}${also}${instead}` : '';
}
