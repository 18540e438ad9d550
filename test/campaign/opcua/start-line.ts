import { mkdir, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { certificateOf, openPki, trustPeer } from '#edge/opcua/pki.ts';
import { frameMemoryFlags } from '#host/frame-memory.ts';
import { readLedger } from '#line/station/read-ledger.ts';
import { stationPki } from '#line/station/serve-station.ts';
import { freshBroker } from '../../support/broker.ts';
import { spawnProcess } from '../../support/spawn-process.ts';
import { startProxy } from '../../support/tcp-proxy.ts';
import { deathFileVariable } from './death-steps.ts';
import type { StruckLine } from './deal.ts';
import { campaignRecipe } from './recipe.ts';

export interface LineOptions {
  readonly folder: string;
  readonly parts: number;
  readonly seed: number;
}

const plcTiming = ['--interval-ms', '100', '--cycle-ms', '10'];

/** A station of plates, its PLC, and its edge node behind a line that can be cut. Everything goes on the stack. */
export async function startStruckLine(
  stack: AsyncDisposableStack,
  { folder, parts, seed }: LineOptions,
): Promise<StruckLine & { readonly stationDir: string }> {
  const placeOf = (name: string): string => join(folder, name);
  const [stationDir, edgeDir, goldenDir, plcDir] = [
    placeOf('station'),
    placeOf('edge'),
    placeOf('golden'),
    placeOf('plc'),
  ];
  const recipeDir = join(folder, 'recipes');
  await mkdir(recipeDir, { recursive: true });
  await writeFile(join(recipeDir, 'campaign.yaml'), stringify(campaignRecipe));
  const [edgePki, strikerPki, plcPki] = [join(edgeDir, 'pki'), placeOf('striker-pki'), join(plcDir, 'pki')];
  const clients = { edge: edgePki, striker: strikerPki, plc: plcPki };
  for (const [own, name] of [
    ...Object.values(clients).map((pki) => [pki, 'HairlineEdge'] as const),
    [stationPki(stationDir), 'HairlineStation-campaign'],
  ] as const) {
    await (await openPki(own, name, new Date())).manager.dispose();
  }
  for (const [name, client] of Object.entries(clients)) {
    await trustPeer(stationPki(stationDir), client, name);
    await trustPeer(client, stationPki(stationDir), 'station');
  }
  const broker = stack.use(await freshBroker('aedes'));
  const station = stack.use(
    spawnProcess('test/campaign/opcua/station.ts', {}, [
      `--data=${stationDir}`,
      `--golden=${goldenDir}`,
      `--parts=${parts}`,
      `--seed=${seed}`,
    ]),
  );
  const url = String((await station.ready)['opcuaUrl']);
  const proxy = stack.use(await startProxy(url));
  const port = lastingPort();
  const deathFile = placeOf('death');
  const watched = ['--import=./test/campaign/opcua/die-at-step.ts'];
  const edge = stack.use(
    spawnProcess(
      'edge/main.ts',
      {
        [deathFileVariable]: deathFile,
        HAIRLINE_STATION_ID: 'pcb',
        HAIRLINE_OPCUA_URL: proxy.url,
        HAIRLINE_OPCUA_SECURITY: 'Basic256Sha256',
        HAIRLINE_MQTT_URL: broker.url,
        HAIRLINE_DATA_DIR: edgeDir,
        HAIRLINE_EDGE_PORT: String(port),
        HAIRLINE_GOLDEN_DIR: goldenDir,
        HAIRLINE_RECIPE_DIR: recipeDir,
        HAIRLINE_MODEL_DIR: 'test/fixtures/models',
        HAIRLINE_LOG_LEVEL: 'warn',
      },
      [],
      [...frameMemoryFlags, ...watched],
    ),
  );
  await edge.ready;
  const plcArgs = ['--url', url, '--data', plcDir, ...plcTiming, '--recipe', 'campaign', '--no-challenge'];
  const plc = stack.use(spawnProcess('line/plc/main.ts', {}, [...plcArgs, '--security', 'Basic256Sha256']));
  await plc.ready;
  return {
    stationDir,
    station: { url, pkiDir: strikerPki },
    proxy,
    edge,
    deathFile,
    goOnTo: (target) => station.send({ target }),
    trust: async () => {
      for (const client of Object.values(clients)) await trustStation(client, stationPki(stationDir));
    },
    decided: () => readLedger(stationDir).decided,
    stationHealth: () => stationHealth(`http://127.0.0.1:${port}/health`),
  };
}

/** Below the ports that systems hand out: nobody else takes it while the edge node is dead. */
function lastingPort(): number {
  return 12_000 + (process.pid % 16_000);
}

/** What a person does who has compared the thumbprint, by the very command. */
async function trustStation(clientPki: string, ofStation: string): Promise<void> {
  const args = ['edge/cli/main.ts', 'trust', certificateOf(ofStation), '--pki', clientPki];
  await promisify(execFile)(process.execPath, args);
}

async function stationHealth(url: string): Promise<string | null> {
  try {
    const { components } = (await (await fetch(url)).json()) as {
      readonly components: { readonly station: { readonly state: string; readonly detail: string } };
    };
    return components.station.state === 'ok' ? null : components.station.detail;
  } catch {
    // Killed just now.
    return null;
  }
}
