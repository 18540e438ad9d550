import { mkdir, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { certificateOf, openPki, trustPeer } from '#edge/opcua/pki.ts';
import { freePort } from '#line/free-port.ts';
import { readLedger } from '#line/station/read-ledger.ts';
import { stationPki } from '#line/station/serve-station.ts';
import { freshBroker } from '../../support/broker.ts';
import { spawnProcess } from '../../support/spawn-process.ts';
import { startProxy } from '../../support/tcp-proxy.ts';
import type { StruckLine } from './deal.ts';
import { campaignRecipe } from './recipe.ts';

export interface LineOptions {
  readonly folder: string;
  readonly parts: number;
  readonly seed: number;
}

const intervalMs = 100;

/** A station of boards and its edge node with a line between them that can be cut. Everything goes on the stack. */
export async function startStruckLine(
  stack: AsyncDisposableStack,
  { folder, parts, seed }: LineOptions,
): Promise<StruckLine & { readonly stationDir: string }> {
  const [stationDir, edgeDir, goldenDir] = ['station', 'edge', 'golden'].map((name) => join(folder, name));
  if (!stationDir || !edgeDir || !goldenDir) throw new Error('no folders');
  const recipeDir = join(folder, 'recipes');
  await mkdir(recipeDir, { recursive: true });
  await writeFile(join(recipeDir, 'campaign.yaml'), stringify(campaignRecipe));
  const [edgePki, strikerPki] = [join(edgeDir, 'pki'), join(folder, 'striker-pki')];
  for (const [own, name] of [
    [edgePki, 'HairlineEdge'],
    [strikerPki, 'HairlineStriker'],
    [stationPki(stationDir), 'HairlineStation-campaign'],
  ] as const) {
    await (await openPki(own, name, new Date())).manager.dispose();
  }
  for (const client of [edgePki, strikerPki]) {
    await trustPeer(stationPki(stationDir), client, client === edgePki ? 'edge' : 'striker');
    await trustPeer(client, stationPki(stationDir), 'station');
  }
  const broker = stack.use(await freshBroker('aedes'));
  const station = stack.use(
    spawnProcess('test/campaign/opcua/station.ts', {}, [
      `--data=${stationDir}`,
      `--golden=${goldenDir}`,
      `--interval-ms=${intervalMs}`,
      `--parts=${parts}`,
      `--seed=${seed}`,
    ]),
  );
  const url = String((await station.ready)['opcuaUrl']);
  const proxy = stack.use(await startProxy(url));
  const port = await freePort();
  const edge = stack.use(
    spawnProcess('edge/main.ts', {
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
    }),
  );
  await edge.ready;
  return {
    stationDir,
    station: { url, pkiDir: strikerPki },
    proxy,
    edge,
    goOnTo: (target) => station.send({ target }),
    trust: async () => {
      for (const client of [edgePki, strikerPki]) await trustStation(client, stationPki(stationDir));
    },
    decided: () => readLedger(stationDir).decided,
    stationHealth: () => stationHealth(`http://127.0.0.1:${port}/health`),
  };
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
