import { join } from 'node:path';
import { AttributeIds, coerceNodeId, DataType, VariantArrayType, type Variant } from 'node-opcua';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openTestOutbox, scratchFolder } from '../support/edge-disk.ts';
import { exchangeTrust, openVisionClient, type VisionClient } from '../support/vision-client.ts';
import { commitPart, startVisionEdge, type VisionEdge } from '../support/vision-edge.ts';

let stack: AsyncDisposableStack;
let folder: string;
let edge: VisionEdge;
let client: VisionClient;

// One server and one session for all: a client of node-opcua reads every type before its first structure.
beforeAll(async () => {
  stack = new AsyncDisposableStack();
  folder = stack.use(scratchFolder()).path;
  await exchangeTrust(join(folder, 'pki'), join(folder, 'client'));
  const outbox = openTestOutbox(folder);
  for (const n of [101, 102]) commitPart(outbox, n);
  outbox[Symbol.dispose]();
  edge = stack.use(await startVisionEdge(folder));
  client = stack.use(await openVisionClient(edge.url, join(folder, 'client')));
  await client.make('JobIdDataType', { id: '' });
}, 600_000);
afterAll(() => stack.disposeAsync());

beforeEach(async () => {
  await client.call(`${machine}.Halt`, ...because);
  await client.call(`${machine}.Reset`, ...because);
  await vi.waitUntil(async () => (await client.states())[0] === 'Preoperational', 20_000);
  await client.forgetEvents();
});

const machine = 'VisionStateMachine';
const automatic = `${machine}.AutomaticModeStateMachine`;
const noWait = { dataType: DataType.Int32, value: 0 };
const all = { dataType: DataType.UInt32, value: 0 };
const dontCare = { dataType: DataType.Int32, value: 2 };
const noParameters = { dataType: DataType.Variant, arrayType: VariantArrayType.Array, value: [] as Variant[] };
const because = [
  { dataType: DataType.Int32, value: 7 },
  { dataType: DataType.String, value: 'test' },
];

async function prepare(id: string): Promise<void> {
  const external = await client.make('RecipeIdExternalDataType', { id });
  await client.call(
    'RecipeManagement.PrepareRecipe',
    external,
    await client.make('RecipeIdInternalDataType', { id: '' }),
  );
}

async function startJob(method = 'StartSingleJob') {
  const ids = ['MeasIdDataType', 'PartIdDataType', 'RecipeIdExternalDataType', 'ProductIdDataType'];
  const empty = await Promise.all(ids.map((type) => client.make(type, { id: type === 'MeasIdDataType' ? 'm-1' : '' })));
  return client.call(`${automatic}.${method}`, ...empty, noParameters);
}

function valuesOf(answer: { outputArguments?: Variant[] | null }): readonly unknown[] {
  return (answer.outputArguments ?? []).map(({ value }) => value as unknown);
}

function statusOf(answer: { statusCode: { name: string } }): string {
  return answer.statusCode.name;
}

async function resultsTold(): Promise<number> {
  return (await typesOfEvents()).filter((type) => type === 'ResultReadyEventType').length;
}

async function typesOfEvents(): Promise<readonly string[]> {
  return (await client.events()).map(({ type }) => type);
}

describe('the vision server', () => {
  test('leads a client from standby to a job, its result, its file and back', async () => {
    expect(await client.states()).toEqual(['Preoperational', null]);
    expect(statusOf(await startJob())).toBe('BadInvalidState');
    await client.call(`${machine}.SelectModeAutomatic`);
    await prepare('pcb');
    expect(await client.read('SystemState')).toMatchObject({ state: 2 });
    const [job, error] = valuesOf(await startJob());
    expect(error).toBe(0);
    expect(await client.states()).toEqual(['Operational', 'SingleExecution']);
    expect(await client.read('SystemState')).toMatchObject({ state: 1 });
    edge.begin(3);
    const { inspectionId } = edge.decide(3);
    await vi.waitFor(async () => expect(await typesOfEvents()).toContain('ReadyEventType'), 20_000);
    expect(await client.states()).toEqual(['Operational', 'Ready']);
    expect(await typesOfEvents()).toEqual([
      'StateChangedEventType',
      'VisionInformationEventType',
      'StateChangedEventType',
      'RecipePreparedEventType',
      'StateChangedEventType',
      'JobStartedEventType',
      'AcquisitionDoneEventType',
      'ResultReadyEventType',
      'StateChangedEventType',
      'ReadyEventType',
    ]);
    const told = (await client.events()).find(({ type }) => type === 'ResultReadyEventType');
    const jobId = (job as { id: string }).id;
    // Part 3 is a bad one: its processing is complete, and the verdict is in the content.
    expect(told?.fields).toMatchObject({ JobId: jobId, ResultId: inspectionId, ResultState: 1, IsSimulated: true });
    const id = await client.make('ResultIdDataType', { id: inspectionId });
    const [, result, found] = valuesOf(await client.call('ResultManagement.GetResultById', id, noWait));
    expect(found).toBe(0);
    expect(result).toMatchObject({
      resultState: 1,
      jobId: { id: jobId },
      measId: { id: 'm-1' },
      partId: { id: 'S-000003' },
      internalRecipeId: { id: 'pcb', version: '7' },
      processingTimes: { acquisitionDuration: 40, processingDuration: 360 },
    });
    const { resultContent } = result as { resultContent: readonly Variant[] };
    expect(JSON.parse(String(resultContent[0]?.value))).toMatchObject({ verdict: 'fail', inspectionId });
    expect(JSON.parse(await readFile(inspectionId))).toMatchObject({ inspectionId, verdict: 'fail', sequence: 3 });
  });

  test('answers lists by filter and page, and components one by one', async () => {
    for (const n of [11, 12, 13]) edge.decide(n);
    const last = edge.decide(14);
    await vi.waitFor(async () => expect(await resultsTold()).toBe(4), 20_000);
    const list = async (partId: string, maxResults: number, startIndex: number) => {
      const kinds = [
        'MeasId',
        'PartId',
        'RecipeIdExternal',
        'RecipeIdInternal',
        'ConfigurationId',
        'ConfigurationId',
        'ProductId',
        'JobId',
      ];
      const ids = await Promise.all(
        kinds.map((kind) => client.make(`${kind}DataType`, { id: kind === 'PartId' ? partId : '' })),
      );
      const page = [maxResults, startIndex].map((value) => ({ dataType: DataType.UInt32, value }));
      const answer = await client.call('ResultManagement.GetResultListFiltered', noWait, ...ids, ...page, noWait);
      const [isComplete, count, , results] = valuesOf(answer);
      return [isComplete, count, (results as { partId: { id: string } }[]).map((result) => result.partId.id)];
    };
    expect(await list('', 3, 0)).toEqual([false, 3, ['S-000014', 'S-000013', 'S-000012']]);
    expect(await list('', 1, 3)).toEqual([false, 1, ['S-000011']]);
    expect(await list('S-000012', 0, 0)).toEqual([true, 1, ['S-000012']]);
    const id = await client.make('ResultIdDataType', { id: last.inspectionId });
    const components = valuesOf(await client.call('ResultManagement.GetResultComponentsById', id, noWait));
    expect(components).toHaveLength(17);
    expect(components[6]).toMatchObject({ id: 'S-000014' });
    expect(components[12]).toMatchObject({ id: 'line' });
    const other = await client.make('ResultIdDataType', { id: 'none' });
    expect(valuesOf(await client.call('ResultManagement.GetResultById', other, noWait))).toMatchObject([
      0,
      { resultState: 0 },
      -5,
    ]);
  });

  test('lists recipes with version and digest, prepared or not, and the one configuration', async () => {
    await client.call(`${machine}.SelectModeAutomatic`);
    await prepare('other');
    const external = await client.make('RecipeIdExternalDataType', { id: '' });
    const product = await client.make('ProductIdDataType', { id: '' });
    const list = async (isPrepared: number) => {
      const asked = { dataType: DataType.Int32, value: isPrepared };
      const answer = await client.call(
        'RecipeManagement.GetRecipeListFiltered',
        external,
        product,
        asked,
        all,
        all,
        noWait,
      );
      return valuesOf(answer)[3];
    };
    expect(await list(dontCare.value)).toMatchObject([
      { id: 'pcb', version: '7', hashAlgorithm: 'SHA-256' },
      { id: 'other' },
    ]);
    expect(await list(1)).toMatchObject([{ id: 'other', version: '1' }]);
    expect(await list(0)).toMatchObject([{ id: 'pcb' }]);
    const active = (await client.read('ConfigurationManagement.ActiveConfiguration')) as { internalId: { id: string } };
    expect(active).toMatchObject({ internalId: { id: 'edge' } });
    const id = (name: string) => client.make('ConfigurationIdDataType', { id: name });
    const activate = async (name: string) =>
      valuesOf(await client.call('ConfigurationManagement.ActivateConfiguration', await id(name)));
    expect([await activate('edge'), await activate('other')]).toEqual([[0], [-6]]);
    expect(valuesOf(await client.call('ConfigurationManagement.GetConfigurationList', all, all, noWait))).toMatchObject(
      [true, 1, 0, [{}], 0],
    );
  });

  test('is in Error while the station is away, tells why, and takes an acknowledgement', async () => {
    edge.health.set('station', 'fault', 'STATION_UNREACHABLE', 'Start the server.');
    await vi.waitFor(async () => expect(await client.states()).toEqual(['Error', null]), 20_000);
    edge.health.set('station', 'ok', 'connected');
    await vi.waitFor(async () => expect(await client.states()).toEqual(['Preoperational', null]), 20_000);
    await vi.waitFor(async () => expect(await typesOfEvents()).toContain('ErrorResolvedEventType'), 20_000);
    expect(await typesOfEvents()).toContain('ErrorEventType');
    const conditions = (await client.events()).filter(({ type }) => type === 'VisionErrorConditionType');
    const [raised, cleared] = conditions.map(({ fields }) => fields);
    expect(raised).toMatchObject({ Severity: 700, Retain: true, StopReaction: true });
    expect(raised?.['Message']).toBe('station: STATION_UNREACHABLE. Start the server.');
    // It is over, but nobody has acknowledged it.
    expect(cleared).toMatchObject({ Severity: 200, Retain: true });
    const condition = client.nodeOf('').replace('VisionSystem', 'station-VisionErrorConditionType');
    const acknowledged = await client.session.call({
      objectId: condition,
      methodId: 'i=9111',
      inputArguments: [
        { dataType: DataType.ByteString, value: cleared?.['EventId'] },
        { dataType: DataType.LocalizedText, value: { text: 'seen' } },
      ],
    });
    expect(statusOf(acknowledged)).toBe('Good');
  });

  test('tells diagnostic events to those who lower the level', async () => {
    edge.decide(21);
    const level = { dataType: DataType.UInt16, value: 50 };
    const written = await client.session.write({
      nodeId: client.nodeOf('DiagnosticLevel'),
      attributeId: AttributeIds.Value,
      value: { value: level },
    });
    expect(written.name).toBe('Good');
    edge.decide(22);
    await vi.waitFor(async () => expect(await typesOfEvents()).toContain('VisionDiagnosticInfoEventType'), 20_000);
    expect((await typesOfEvents()).filter((type) => type === 'VisionDiagnosticInfoEventType')).toHaveLength(1);
  });

  test('has no method for what the edge node cannot do, and refuses where it must have one', async () => {
    for (const method of ['AddRecipe', 'RemoveRecipe', 'PrepareProduct'])
      expect(statusOf(await client.call(`RecipeManagement.${method}`)), method).toMatch(
        /^Bad(NodeIdUnknown|MethodInvalid)/,
      );
    const simulation = [{ dataType: DataType.Boolean, value: true }, ...because];
    expect(valuesOf(await client.call(`${automatic}.SimulationMode`, ...simulation))).toEqual([-7]);
    const options = await client.make('ResultTransferOptions', { id: { id: 'none' } });
    expect(statusOf(await client.call('ResultManagement.ResultTransfer.GenerateFileForRead', options))).toBe(
      'BadNotFound',
    );
    expect(statusOf(await client.call('ResultManagement.ResultTransfer.GenerateFileForWrite', options))).toBe(
      'BadNotSupported',
    );
  });

  test('keeps the line going while it is halted', async () => {
    expect(valuesOf(await client.call(`${machine}.Halt`, ...because))).toEqual([0]);
    edge.begin(31);
    edge.decide(31);
    await vi.waitFor(async () => expect(await typesOfEvents()).toContain('ResultReadyEventType'), 20_000);
    expect(await client.states()).toEqual(['Halted', null]);
    expect((await client.events()).find(({ type }) => type === 'VisionInformationEventType')?.fields['Message']).toBe(
      'Halt: cause 7, test',
    );
  });

  test('serves what an earlier process left in the outbox, for no job', async () => {
    const id = await client.make('ResultIdDataType', { id: edge.idOf(101) });
    const [, result, error] = valuesOf(await client.call('ResultManagement.GetResultById', id, noWait));
    expect(error).toBe(0);
    expect(result).toMatchObject({
      partId: { id: 'S-000101' },
      jobId: { id: 'line' },
      internalConfigurationId: { id: '' },
    });
  });
});

/** Reads the file of a result in pieces of 500 bytes. */
async function readFile(resultId: string): Promise<string> {
  const options = await client.make('ResultTransferOptions', { id: { id: resultId } });
  const [file, handle] = valuesOf(await client.call('ResultManagement.ResultTransfer.GenerateFileForRead', options));
  const objectId = coerceNodeId(String(file));
  const method = (name: string) => coerceNodeId(`${String(file)}-${name}`);
  const call = (name: string, ...more: { dataType: DataType; value: unknown }[]) =>
    client.session.call({
      objectId,
      methodId: method(name),
      inputArguments: [{ dataType: DataType.UInt32, value: handle }, ...more],
    });
  const pieces: Buffer[] = [];
  for (;;) {
    const [piece] = valuesOf(await call('Read', { dataType: DataType.Int32, value: 500 }));
    if (!(piece instanceof Buffer) || piece.length === 0) break;
    pieces.push(piece);
  }
  expect(pieces.length).toBeGreaterThan(1);
  expect(statusOf(await call('Close'))).toBe('Good');
  await vi.waitFor(async () => expect(statusOf(await call('Read', noWait))).toMatch(/^BadNodeIdUnknown/), 20_000);
  return Buffer.concat(pieces).toString();
}
