import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt from 'mqtt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HeldGolden } from '#edge/detect/golden-folder.ts';
import { inspectionMessageSchema, type InspectionMessage } from '#edge/messages.schema.ts';
import { topicFilter } from '#edge/topics.ts';
import { readLedger } from '#line/station/read-ledger.ts';
import { shippedRecipeDir } from '#rules/files/load-recipe.ts';
import { freshBroker } from '../support/broker.ts';
import { startContractServer } from '../support/contract-server.ts';
import { scratchFolder } from '../support/edge-disk.ts';
import { draftText } from '../support/recipe-text.ts';
import { muchTooLate } from '../support/reviewer-question.ts';
import { knowGolden } from '../support/scripted-answers.ts';
import { spawnProcess, type SpawnedProcess } from '../support/spawn-process.ts';

let stack: AsyncDisposableStack;
let folder: string;

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  folder = stack.use(scratchFolder()).path;
  await mkdir(join(folder, 'recipes'));
  await copyFile(join(shippedRecipeDir, 'pcb.yaml'), join(folder, 'recipes', 'pcb.yaml'));
});
afterEach(() => stack.disposeAsync());

/** A simulated station of boards that is a process of its own. */
async function startStation(parts: number): Promise<{ url: string; dataDir: string }> {
  const dataDir = join(folder, 'station');
  const args = ['--station', 'pcb', '--data', dataDir, '--golden', join(folder, 'golden'), '--interval-ms', '300'];
  const station = stack.use(spawnProcess('line/station/main.ts', {}, [...args, '--parts', String(parts)]));
  return { url: String((await station.ready)['opcuaUrl']), dataDir };
}

function startEdge(stationUrl: string, brokerUrl: string, more: Record<string, string> = {}): SpawnedProcess {
  return stack.use(
    spawnProcess('edge/main.ts', {
      HAIRLINE_STATION_ID: 'pcb',
      HAIRLINE_OPCUA_URL: stationUrl,
      HAIRLINE_OPCUA_SECURITY: 'None',
      HAIRLINE_MQTT_URL: brokerUrl,
      HAIRLINE_DATA_DIR: join(folder, 'edge'),
      HAIRLINE_GOLDEN_DIR: join(folder, 'golden'),
      HAIRLINE_RECIPE_DIR: join(folder, 'recipes'),
      ...more,
    }),
  );
}

/** Every message that reached the broker, by inspection id; each is checked against the schema. */
async function collect(brokerUrl: string): Promise<ReadonlyMap<string, InspectionMessage>> {
  const client = stack.adopt(await mqtt.connectAsync(brokerUrl), (open) => open.endAsync(true));
  const messages = new Map<string, InspectionMessage>();
  client.on('message', (_topic, payload) => {
    const message = inspectionMessageSchema.parse(JSON.parse(payload.toString()));
    messages.set(message.inspectionId, message);
  });
  await client.subscribeAsync(topicFilter('inspection'), { qos: 1 });
  return messages;
}

/** A reviewer that shakes hands, and then takes every question and answers none. */
async function silentReviewer(): Promise<string> {
  const server = stack.use(await startContractServer(knowGolden(muchTooLate)));
  return server.baseUrl;
}

async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await sleep(20);
}

// Each start of a process loads a model: on a busy machine that alone takes most of a minute.
describe('an edge node', { timeout: 600_000 }, () => {
  test('serves its health, the newest frame, evidence by digest and figures', async () => {
    const broker = stack.use(await freshBroker());
    const messages = await collect(broker.url);
    const station = await startStation(2);
    const edge = startEdge(station.url, broker.url);
    const httpUrl = String((await edge.ready)['httpUrl']);
    await until(() => messages.size === 2);
    const health = (await (await fetch(`${httpUrl}/health`)).json()) as Record<string, unknown>;
    expect(health).toMatchObject({
      stationId: 'pcb',
      state: 'warning',
      components: { station: { state: 'ok' }, broker: { state: 'ok' }, reviewer: { state: 'warning' } },
      outbox: { messages: 2, lastSequence: 2 },
    });
    for (const { sha256, bytes, mediaType } of [...messages.values()].flatMap(({ evidence }) => evidence)) {
      const answer = await fetch(`${httpUrl}/evidence/${sha256}`);
      expect(answer.headers.get('content-type')).toBe(mediaType);
      expect((await answer.arrayBuffer()).byteLength).toBe(bytes);
    }
    const frame = await fetch(`${httpUrl}/frames/latest`);
    expect(frame.headers.get('content-type')).toMatch(/^image\//);
    const latest = (await (await fetch(`${httpUrl}/frames/latest.json`)).json()) as { inspectionId: string };
    expect(messages.has(latest.inspectionId)).toBe(true);
    expect((await fetch(`${httpUrl}/evidence/..%2F..%2Foutbox.sqlite`)).status).toBe(404);

    const picture = 'golden of a product that has not come yet';
    await mkdir(join(folder, 'golden', 'not-yet'), { recursive: true });
    await writeFile(join(folder, 'golden', 'not-yet', 'top.png'), picture);
    const { goldens } = (await (await fetch(`${httpUrl}/equipment`)).json()) as { goldens: readonly HeldGolden[] };
    const golden = goldens.find(({ productId }) => productId === 'not-yet');
    expect(await (await fetch(`${httpUrl}/evidence/${golden?.sha256}`)).text()).toBe(picture);
    expect(await (await fetch(`${httpUrl}/metrics`)).text()).toContain('hairline_outbox_messages 2');
    expect(edge.said()).toContain('the detector decides alone');
  });

  test('killed over and over in the middle of inspections gives every trigger one verdict, and never an OK for one in flight', async () => {
    const broker = stack.use(await freshBroker());
    const messages = await collect(broker.url);
    const reviewerUrl = await silentReviewer();
    const parts = 8;
    const station = await startStation(parts);
    const settings = { HAIRLINE_VLM_BASE_URL: reviewerUrl, HAIRLINE_LOG_LEVEL: 'debug' };
    const edge = startEdge(station.url, broker.url, settings);
    const begun = (): number => edge.said().split('inspection begun').length - 1;
    for (const kill of [1, 2]) {
      const before = begun();
      await until(() => begun() >= before + kill);
      await edge.restart();
    }
    await until(() => readLedger(station.dataDir).decided === parts && messages.size >= parts);
    const ledger = readLedger(station.dataDir);
    const told = [...messages.values()].toSorted((a, b) => a.sequence - b.sequence);
    expect(ledger.triggered).toBe(parts);
    expect(told.map(({ sequence }) => sequence)).toEqual(told.map((_, index) => index + 1));
    expect(told.map(({ triggerNo }) => triggerNo).toSorted((a, b) => a - b)).toEqual(told.map((_, index) => index + 1));
    expect(told.map(({ inspectionId }) => inspectionId).toSorted()).toEqual(ledger.inspectionIds.toSorted());
    const recovered = told.filter((message) => message.recovered);
    expect(recovered.length).toBeGreaterThan(0);
    expect(new Set(recovered.map(({ verdict }) => verdict))).toEqual(new Set(['undecided']));
    for (const verdict of ['pass', 'fail', 'undecided'] as const)
      expect(ledger[verdict], verdict).toBe(told.filter((message) => message.verdict === verdict).length);
  });

  test('reads its recipes again on SIGHUP, and keeps those that run when the new ones are refused', async () => {
    const broker = stack.use(await freshBroker());
    const messages = await collect(broker.url);
    const station = await startStation(60);
    const edge = startEdge(station.url, broker.url);
    const httpUrl = String((await edge.ready)['httpUrl']);
    const file = join(folder, 'recipes', 'pcb.yaml');
    const health = async (): Promise<string> => (await fetch(`${httpUrl}/health`)).text();
    const put = async (text: string): Promise<void> => {
      await writeFile(file, text);
      process.kill(edge.pid() ?? 0, 'SIGHUP');
    };
    await put(draftText('2.0.0', ['atMost: 4', 'atMost: -4']));
    while (!(await health()).includes('new recipes refused')) await sleep(50);
    expect(edge.said()).toContain('RECIPE_INVALID');
    await put(draftText('2.0.0'));
    while (!(await health()).includes('pcb 2.0.0')) await sleep(50);
    const versions = (): string[] => Array.from(messages.values(), ({ digests }) => digests.recipe?.version ?? '');
    await until(() => versions().includes('2.0.0'));
    expect(new Set(versions())).not.toContain('');
  });

  test('ends clean on SIGTERM in the middle of a part, with nothing lost', async () => {
    const broker = stack.use(await freshBroker());
    const messages = await collect(broker.url);
    const station = await startStation(4);
    const edge = startEdge(station.url, broker.url);
    await edge.ready;
    await until(() => messages.size >= 1);
    await edge[Symbol.asyncDispose]();
    startEdge(station.url, broker.url);
    await until(() => readLedger(station.dataDir).decided === 4 && messages.size === 4);
    expect([...messages.keys()].toSorted()).toEqual(readLedger(station.dataDir).inspectionIds.toSorted());
  });

  test('names all faults of its settings at once', async () => {
    const edge = startEdge('http://127.0.0.1:1', 'nonsense', { HAIRLINE_STATION_ID: 'a/b', HAIRLINE_EDGE_PROT: '1' });
    await expect(edge.ready).rejects.toThrow(/CONFIG_UNKNOWN_KEY/);
    for (const key of ['HAIRLINE_EDGE_PROT', 'HAIRLINE_STATION_ID', 'HAIRLINE_OPCUA_URL', 'HAIRLINE_MQTT_URL'])
      expect(edge.said()).toContain(key);
  });
});
