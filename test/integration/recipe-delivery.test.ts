import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadStationRecipes, type RunningRecipes } from '#edge/detect/load-station-recipes.ts';
import { tellRecipes } from '#edge/detect/tell-recipes.ts';
import { createHealth, type Health } from '#edge/health.ts';
import { receiveRecipes } from '#edge/mqtt/receive-recipes.ts';
import type { Database } from '#store/database.ts';
import { ingest } from '#store/ingest/ingest.ts';
import { migrateToLatest } from '#store/migrate.ts';
import { publishRecipes } from '#store/mqtt/publish-recipes.ts';
import { openDatabase } from '#store/open-database.ts';
import { decideProposal } from '#store/recipes/decide-proposal.ts';
import { proposeRecipe, type PersonActor } from '#store/recipes/propose-recipe.ts';
import { freshBroker, type TestBroker } from '../support/broker.ts';
import { freshDatabase } from '../support/database.ts';
import { scratchFolder } from '../support/edge-disk.ts';
import { asRead, testMessage } from '../support/inspection-message.ts';
import { draftOf, newPerson } from '../support/recipe-draft.ts';
import { type Change, draftText } from '../support/recipe-text.ts';
import { silentLog } from '../support/silent-log.ts';

const key = 'key-of-the-tests-long-enough';
const { site, line, stationId } = testMessage(1);
const patience = { timeout: 30_000, interval: 50 };

let stack: AsyncDisposableStack;
let folder: string;
let broker: TestBroker;
let database: Database;
let people: readonly [PersonActor, PersonActor];

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  folder = stack.use(scratchFolder()).path;
  mkdirSync(join(folder, 'recipes'));
  writeFileSync(join(folder, 'recipes', 'pcb.yaml'), draftText('1.0.0'));
  broker = stack.use(await freshBroker());
  const { url } = stack.use(await freshDatabase());
  database = stack.use(openDatabase({ url, connections: 2, name: 'test', log: silentLog }));
  await migrateToLatest(database);
  await ingest(database, [asRead(testMessage(1))]);
  people = [await newPerson(database, 'Maria'), await newPerson(database, 'Chen')];
});
afterEach(() => stack.disposeAsync());

async function connect(): Promise<MqttClient> {
  const options = { protocolVersion: 4, reconnectPeriod: 100, resubscribe: false } as const;
  return stack.adopt(await mqtt.connectAsync(broker.url, options), (client) => client.endAsync(true));
}

/** The store's side. */
async function startStore(): Promise<void> {
  stack.use(publishRecipes({ client: await connect(), database, key, log: silentLog, pollMs: 100 }));
}

/** The side of the edge node: what it takes from the broker, and its health. */
async function startEdge(withKey = key): Promise<{ running: RunningRecipes; health: Health }> {
  const folders = { recipeDir: join(folder, 'recipes'), modelDir: 'detector/models' };
  const approvedFile = join(folder, 'approved-recipes.json');
  const running = await loadStationRecipes({ ...folders, approvedFile }, stack, silentLog);
  const health = createHealth();
  const change = tellRecipes(running.recipes, health, silentLog);
  const path = { site, line, station: stationId };
  stack.use(receiveRecipes({ client: await connect(), path, key: withKey, running, change, log: silentLog }));
  return { running, health };
}

async function approve(version: string, ...changes: readonly Change[]): Promise<void> {
  const proposalId = randomUUID();
  const [one, other] = people;
  const given = { proposalId, stationId, draft: draftOf(version, ...changes), reason: 'test' };
  expect(await proposeRecipe(database, given, one)).toBe('proposed');
  const decision = { proposalId, decision: 'approved', reason: '' } as const;
  expect(await decideProposal(database, decision, other, new Date())).toBe('decided');
}

const versionOf = ({ recipes }: RunningRecipes): string | undefined => recipes.get('pcb')?.recipe.version;

describe('an approved recipe on its way to the station', () => {
  it('runs there without a restart, and at an edge node that was away once it is back', async () => {
    await startStore();
    const { running, health } = await startEdge();
    expect(versionOf(running)).toBe('1.0.0');
    await approve('1.1.0');
    await vi.waitFor(() => expect(versionOf(running)).toBe('1.1.0'), patience);
    expect(health.read().components['recipes']).toMatchObject({ state: 'ok', detail: 'pcb 1.1.0' });
    await approve('1.2.0');
    await vi.waitFor(() => expect(versionOf(running)).toBe('1.2.0'), patience);
    const later = await startEdge();
    expect(versionOf(later.running)).toBe('1.2.0');
  });

  it('that this edge node cannot run changes nothing, and health says why', async () => {
    await startStore();
    const { running, health } = await startEdge();
    await approve('1.1.0', ['model: pcb-pair', 'model: nobody']);
    await vi.waitFor(() => expect(health.read().components['recipes']?.state).toBe('warning'), patience);
    expect(health.read().components['recipes']?.detail).toContain('nobody');
    expect(versionOf(running)).toBe('1.0.0');
    await approve('1.2.0');
    await vi.waitFor(() => expect(versionOf(running)).toBe('1.2.0'), patience);
    expect(health.read().components['recipes']?.state).toBe('ok');
  });

  it('counts only with the signature of the key, and for the station that it was approved for', async () => {
    await startStore();
    const { running } = await startEdge('another-key-that-is-long-enough');
    await approve('1.1.0');
    const client = await connect();
    const seen: string[] = [];
    client.on('message', (_topic, payload) => seen.push(payload.toString()));
    await client.subscribeAsync('hairline/v1/+/+/+/recipes', { qos: 1 });
    await vi.waitFor(() => expect(seen.length).toBeGreaterThan(0), patience);
    const right = await startEdge();
    await vi.waitFor(() => expect(versionOf(right.running)).toBe('1.1.0'), patience);
    expect(versionOf(running)).toBe('1.0.0');
    // Somebody at the broker sends it on to another station, and changes a text with its digest.
    const elsewhere = { site, line, station: 'other' };
    const approvedFile = join(folder, 'other.json');
    const other = await loadStationRecipes(
      { recipeDir: join(folder, 'recipes'), modelDir: 'detector/models', approvedFile },
      stack,
      silentLog,
    );
    const change = tellRecipes(other.recipes, createHealth(), silentLog);
    stack.use(receiveRecipes({ client, path: elsewhere, key, running: other, change, log: silentLog }));
    await client.publishAsync(`hairline/v1/${site}/${line}/other/recipes`, seen[0] ?? '', { qos: 1 });
    await vi.waitFor(() => expect(seen.length).toBeGreaterThan(1), patience);
    expect(await other.reload()).toBeNull();
    expect(versionOf(other)).toBe('1.0.0');
  });
});
