import { join } from 'node:path';
import { DataType } from 'node-opcua';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openControl } from '#edge/control/open-control.ts';
import type { StationControl } from '#edge/control/station-control.ts';
import { createHealth, type Health } from '#edge/health.ts';
import type { StationRecipes } from '#edge/inspect/station-recipes.ts';
import { createLineControl } from '#edge/opcua/create-line-control.ts';
import { createStationLine } from '#edge/opcua/create-station-line.ts';
import { readNodes, writeNodes } from '#edge/opcua/node-values.ts';
import { openSession, type StationSession } from '#edge/opcua/open-session.ts';
import { openPki } from '#edge/opcua/pki.ts';
import { stationNodes, type StationNode } from '#edge/opcua/station-nodes.ts';
import { createServer, listen } from '#line/station/create-server.ts';
import type { Station } from '#line/station/start-station.ts';
import { aRecipe } from '../rules/builders.ts';
import { openTestOutbox } from '../support/edge-disk.ts';
import { silentLog } from '../support/silent-log.ts';
import { runKilledLine } from '../support/killed-line.ts';
import { addressOf, startTestStation, temporaryFolder, testPart } from '../support/station.ts';

let stack: AsyncDisposableStack;
let folder: string;
let station: Station;
let plc: StationSession;
let health: Health;
let control: StationControl;
let plcStates: string[];
let failures: unknown[];

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  folder = stack.use(await temporaryFolder()).path;
  station = stack.use(await startTestStation(folder, { withPlc: true }));
  const address = addressOf(station.url, folder);
  plc = await openSession(address, await openPki(address.pkiDir, 'TestPlc', new Date()), () => undefined);
  stack.defer(() => plc.close());
});
afterEach(() => stack.disposeAsync());

/** The edge node's side, with recipes pcb (takt 3000 ms) and cover (takt 700 ms). */
async function startControl(url = station.url): Promise<void> {
  const recipes = new Map(
    [aRecipe({ id: 'pcb' }), aRecipe({ id: 'cover', deadlines: { viewsMs: 1, reviewMs: 2, taktMs: 700 } })].map(
      (recipe) => [recipe.id, { recipe }],
    ),
  ) as unknown as StationRecipes;
  health = createHealth();
  plcStates = [];
  failures = [];
  const { database } = stack.use(openTestOutbox(folder));
  ({ control } = openControl({ recipes, health, log: silentLog, database, now: () => new Date() }));
  const address = addressOf(url, folder);
  const failed = (error: unknown): void => void failures.push(error);
  stack.use(await createLineControl({ address, control, plcIs: (state) => plcStates.push(state), failed }));
}

/** A station with no nodes but these. */
async function startMapped(texts: readonly StationNode[]): Promise<string> {
  const options = { host: '127.0.0.1', port: 0, security: 'None', applicationName: 'Mapped' } as const;
  const place = { ...options, pkiDir: join(folder, 'mapped') };
  const { server, place: nodes } = await createServer(place);
  stack.defer(() => server.shutdown(0));
  for (const node of texts) {
    nodes.namespace.addVariable({
      organizedBy: nodes.addressSpace.rootFolder.objects,
      browseName: node,
      nodeId: `s=${stationNodes[node]}`,
      dataType: DataType.String,
      value: { dataType: DataType.String, value: '' },
    });
  }
  return listen(server, place);
}

async function until(nodes: Partial<Record<StationNode, unknown>>): Promise<void> {
  const names = Object.keys(nodes) as StationNode[];
  await expect.poll(() => readNodes(plc, names), { timeout: 10_000, interval: 5 }).toEqual(nodes);
}

async function requestRecipe(recipeId: string): Promise<void> {
  await writeNodes(plc, [['plcRecipeId', DataType.String, recipeId]]);
  await writeNodes(plc, [['plcRecipeRequest', DataType.Boolean, true]]);
}

describe('the levels of the edge node', () => {
  it('say ready, busy, error and the deadline, and the heart beats', async () => {
    await startControl();
    await until({ edgeReady: false, edgeBusy: false, edgeError: false, edgeDeadlineMs: 3000, edgeRecipeId: '' });
    control.serve(true);
    await until({ edgeReady: true });
    control.progress(3, false);
    await until({ edgeReady: false, edgeBusy: true });
    control.progress(0, true);
    health.set('inspection', 'fault', 'verdicts cannot be written');
    await until({
      edgeReady: false,
      edgeBusy: false,
      edgeError: true,
      edgeErrorText: 'inspection: verdicts cannot be written',
    });
    const { edgeHeartbeat } = await readNodes(plc, ['edgeHeartbeat'] as const);
    await expect.poll(() => readNodes(plc, ['edgeHeartbeat'] as const)).not.toEqual({ edgeHeartbeat });
  });

  it('tell the plant when the PLC falls silent', async () => {
    await startControl();
    await writeNodes(plc, [['plcHeartbeat', DataType.UInt32, 1]]);
    await until({ edgeDeadlineMs: 3000 });
    await writeNodes(plc, [['plcHeartbeat', DataType.UInt32, 2]]);
    await expect.poll(() => plcStates, { timeout: 10_000 }).toEqual(['alive', 'silent']);
  });
});

describe('a station', () => {
  it('without a PLC has none of its nodes, and inspects', async () => {
    await startControl(await startMapped([]));
    await expect.poll(() => plcStates, { timeout: 10_000 }).toEqual(['none']);
    expect(failures).toEqual([]);
  });

  it('whose nodes of a PLC are there in part is mapped wrongly, which nobody takes for a line without one', async () => {
    await startControl(await startMapped(['plcRecipeId']));
    await expect.poll(() => failures, { timeout: 10_000 }).toMatchObject([{ code: 'STATION_PROTOCOL' }]);
    expect(plcStates).toEqual([]);
  });
});

describe('a recipe', () => {
  it('is put in force by id, echoed with its deadline, and kept over a restart', async () => {
    await startControl();
    await requestRecipe('cover');
    await until({ edgeRecipeDone: true, edgeRecipeRefusal: '', edgeRecipeId: 'cover', edgeDeadlineMs: 700 });
    await writeNodes(plc, [['plcRecipeRequest', DataType.Boolean, false]]);
    await until({ edgeRecipeDone: false, edgeRecipeRefusal: '', edgeRecipeId: 'cover' });
    expect(control.recipeInForce()).toBe('cover');
  });

  it.each<[string, string, () => void, string]>([
    ['that is not loaded', 'unheard-of', () => undefined, 'no recipe unheard-of'],
    ['while a part is in work', 'cover', () => control.progress(1, true), 'busy'],
  ])('%s is refused with the reason, and the one before stays', async (_name, recipeId, prepare, why) => {
    await startControl();
    await requestRecipe('pcb');
    await until({ edgeRecipeDone: true, edgeRecipeId: 'pcb' });
    await writeNodes(plc, [['plcRecipeRequest', DataType.Boolean, false]]);
    await until({ edgeRecipeDone: false });
    prepare();
    await requestRecipe(recipeId);
    await until({ edgeRecipeDone: true, edgeRecipeRefusal: why, edgeRecipeId: 'pcb' });
    await writeNodes(plc, [['plcRecipeRequest', DataType.Boolean, false]]);
    await until({ edgeRecipeDone: false, edgeRecipeRefusal: '' });
    expect(control.recipeInForce()).toBe('pcb');
  });
});

describe('a result', () => {
  it('is acknowledged once the PLC has it, and the next one waits until the PLC let go', async () => {
    const silent = { onState: () => undefined, onNote: () => undefined };
    const line = stack.use(await createStationLine({ address: addressOf(station.url, folder), ...silent }));
    const never = new AbortController().signal;
    const offered = [1, 2].map((number) => {
      const trigger = station.trigger(testPart(number));
      if (trigger === null) throw new Error('the line stands still');
      const { epoch, triggerNo, serial } = trigger;
      return { sequence: number, epoch, triggerNo, serial, inspectionId: `i-${number}`, verdict: 'pass' } as const;
    });
    const written = Promise.all(offered.map((result) => line.write(result, never)));
    await until({ resultReady: true, resultTriggerNo: 1, resultOk: true, resultNg: false, resultAck: false });
    await writeNodes(plc, [['resultPlcAck', DataType.Boolean, true]]);
    // The edge node lets go, and does not offer the next one under the acknowledgement of this one.
    await until({ resultReady: false, resultTriggerNo: 1, resultAck: true });
    await writeNodes(plc, [['resultPlcAck', DataType.Boolean, false]]);
    await until({ resultReady: true, resultTriggerNo: 2, resultAck: false });
    await writeNodes(plc, [['resultPlcAck', DataType.Boolean, true]]);
    await until({ resultReady: false });
    await writeNodes(plc, [['resultPlcAck', DataType.Boolean, false]]);
    expect(await written).toEqual([{ kind: 'taken' }, { kind: 'taken' }]);
  });
});

describe('a line whose edge node is killed at any step', { timeout: 600_000 }, () => {
  it('never releases a part on the verdict of another, and gives each part one move and one verdict', async () => {
    const { parts, moves, wrongReleases, undecidedFor } = await runKilledLine({
      folder,
      parts: 24,
      kills: 4,
      random: Math.random,
    });
    expect(wrongReleases).toEqual([]);
    expect(undecidedFor).toEqual([]);
    expect(moves.map(({ part }) => part.triggerNo).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: parts }, (_, index) => index + 1),
    );
    expect(new Set(moves.map(({ gate }) => gate))).toEqual(new Set(['ok', 'ng']));
  });
});
