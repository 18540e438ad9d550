import { beforeEach, describe, expect, it } from 'vitest';
import { noId, type Loaded, type VisionId, type VisionRecipe } from '#edge/machine-vision/vision-ids.ts';
import {
  createVisionSystem,
  visionErrors,
  type AskedJob,
  type VisionEvent,
  type VisionSystem,
} from '#edge/machine-vision/vision-system.ts';
import type { InspectionMessage } from '#edge/messages.schema.ts';
import { testMessage } from '../../support/inspection-message.ts';

let events: VisionEvent[];
let system: VisionSystem;

beforeEach(() => {
  events = [];
  let jobs = 0;
  system = createVisionSystem({
    loaded: loadedWith([aRecipe('pcb'), aRecipe('other')]),
    newJobId: () => `job-${(jobs += 1)}`,
    emit: (event) => events.push(event),
  });
});

function aRecipe(id: string, sha256 = 'a1'): VisionRecipe {
  return { id, version: '7', sha256, description: '' };
}

function loadedWith(recipes: readonly VisionRecipe[]): Loaded {
  return { recipes, configuration: { id: 'edge', version: '', sha256: 'c1', loadedAt: new Date(0) } };
}

function anId(id: string, more: Partial<VisionId> = {}): VisionId {
  return { ...noId, id, ...more };
}

const nextPart: AskedJob = { kind: 'single', measId: '', partId: '', recipe: noId, productId: '', parameters: 0 };

function makeReady(recipeId = 'pcb'): void {
  system.control('SelectModeAutomatic', '');
  system.prepare([anId(recipeId), noId]);
}

/** Part `n` begins with a serial of its own. */
function begin(n: number, recipeId = 'pcb'): void {
  const { inspectionId, serial } = testMessage(n);
  system.begun({ inspectionId, serial, recipeId });
}

function decide(n: number, change: Partial<InspectionMessage> = {}): void {
  const message = testMessage(n, change);
  system.committed(message, JSON.stringify(message));
}

/** Job of the result of part `n`. */
function jobOf(n: number): string | undefined {
  return system.results.find(testMessage(n).inspectionId)?.jobId;
}

describe('a job', () => {
  it('is the next part whose inspection begins, and no other', () => {
    makeReady();
    begin(1);
    expect(system.start({ ...nextPart, measId: 'm-1' })).toEqual({ error: 0, value: 'job-1' });
    begin(2);
    begin(4);
    for (const n of [1, 2, 4]) decide(n);
    expect([1, 2, 4].map(jobOf)).toEqual(['line', 'job-1', 'line']);
    expect(system.results.find(testMessage(2).inspectionId)?.measId).toBe('m-1');
    expect(system.state()).toBe('Ready');
  });

  it('takes every part from its start to its stop', () => {
    makeReady();
    system.start({ ...nextPart, kind: 'continuous' });
    for (const n of [1, 2]) begin(n);
    decide(1);
    system.control('Stop', '');
    begin(4);
    for (const n of [2, 4]) decide(n);
    expect([1, 2, 4].map(jobOf)).toEqual(['job-1', 'job-1', 'line']);
  });

  it('lets go of the part on its way when aborted; the part has its verdict all the same', () => {
    makeReady();
    system.start(nextPart);
    begin(1);
    system.control('Abort', 'operator');
    decide(1);
    expect(jobOf(1)).toBe('line');
    expect(system.state()).toBe('Ready');
  });

  it.each([
    ['waits for the part with the serial that was asked for', { partId: testMessage(2).serial }, ['line', 'job-1']],
    ['takes no part of another recipe', { recipe: anId('other') }, ['line', 'line']],
  ])('%s', (_what, asked, jobs) => {
    makeReady();
    system.prepare([anId('other'), noId]);
    system.start({ ...nextPart, ...asked });
    for (const n of [1, 2]) begin(n);
    for (const n of [1, 2]) decide(n);
    expect([1, 2].map(jobOf)).toEqual(jobs);
  });

  it('takes no part of a recipe that is not prepared', () => {
    makeReady('other');
    system.start(nextPart);
    begin(1);
    decide(1);
    expect(jobOf(1)).toBe('line');
    expect(system.state()).toBe('SingleExecution');
  });

  it.each([
    ['an unknown recipe', { recipe: anId('none') }, visionErrors.recipeUnknown],
    ['another version of a recipe', { recipe: anId('pcb', { version: '8' }) }, visionErrors.recipeUnknown],
    ['a recipe that is not prepared', { recipe: anId('other') }, visionErrors.recipeNotPrepared],
    ['a product', { productId: 'board' }, visionErrors.productUnknown],
    ['parameters', { parameters: 1 }, visionErrors.parametersUnknown],
  ])('is refused when it asks for %s', (_what, asked, error) => {
    makeReady();
    expect(system.start({ ...nextPart, ...asked })).toEqual({ error, value: '' });
    expect(system.state()).toBe('Ready');
  });

  it('does not start unless the vision system is ready', () => {
    expect(system.start(nextPart)).toBe('wrong-state');
    makeReady();
    system.start(nextPart);
    expect(system.start(nextPart)).toBe('wrong-state');
  });
});

describe('a result', () => {
  it.each([
    ['pass', { verdict: 'pass' }, 1],
    ['fail', { verdict: 'fail' }, 1],
    ['undecided', { verdict: 'undecided' }, 1],
    ['undecided without having been looked at', { verdict: 'undecided', recovered: true }, 3],
  ] as const)('of a part that is %s has the state of its processing, not its verdict', (_what, change, state) => {
    decide(1, change);
    const result = system.results.find(testMessage(1).inspectionId);
    expect(result?.resultState).toBe(state);
    expect(JSON.parse(result?.content ?? '{}')).toMatchObject({ verdict: change.verdict });
  });

  it('says whether the station is a simulated one', () => {
    decide(1, { simulated: true });
    decide(2, { simulated: false });
    expect([1, 2].map((n) => system.results.find(testMessage(n).inspectionId)?.isSimulated)).toEqual([true, false]);
  });

  it('is told after it can be fetched, and before the vision system is ready again', () => {
    makeReady();
    system.start(nextPart);
    begin(1);
    system.acquired(testMessage(1).inspectionId);
    events.length = 0;
    decide(1);
    const kinds = events.map(({ kind }) => kind).filter((kind) => kind !== 'diagnostic');
    expect(kinds).toEqual(['result-ready', 'transition', 'ready']);
  });

  it('gives way to newer ones once there are more than are kept', () => {
    for (let n = 1; n <= 300; n += 1) decide(n);
    expect(system.results.find(testMessage(44).inspectionId)).toBeNull();
    expect(system.results.find(testMessage(45).inspectionId)).not.toBeNull();
  });

  it.each([
    ['nothing', {}, 4],
    ['a part', { partId: testMessage(2).serial }, 1],
    ['a job', { jobId: 'line' }, 4],
    ['a state', { resultState: 3 }, 1],
    ['another recipe', { recipes: [anId('other')] }, 0],
    ['the recipe by id and version', { recipes: [anId('pcb', { version: '7' })] }, 4],
    ['another configuration', { configuration: anId('edge', { sha256: 'c2' }) }, 0],
  ])('is found among others by %s', (_what, filter, found) => {
    for (const n of [1, 2, 4]) decide(n);
    decide(5, { recovered: true });
    const all = { resultState: 0, measId: '', partId: '', productId: '', jobId: '', recipes: [], configuration: noId };
    expect(system.results.list({ ...all, ...filter })).toHaveLength(found);
  });
});

describe('a recipe', () => {
  it.each([
    ['by external id', [anId('pcb'), noId], 0],
    ['by internal id', [noId, anId('pcb')], 0],
    ['by digest', [anId('pcb', { sha256: 'a1' }), noId], 0],
    ['with another digest', [anId('pcb', { sha256: 'ff' }), noId], visionErrors.recipeUnknown],
    ['by two ids that disagree', [anId('pcb'), anId('other')], visionErrors.recipeUnknown],
    ['by none', [noId, noId], visionErrors.recipeUnknown],
  ])('asked for %s is prepared, or refused as unknown', (_how, asked, error) => {
    system.control('SelectModeAutomatic', '');
    expect(system.prepare(asked)).toMatchObject({ error });
    expect(system.state()).toBe(error === 0 ? 'Ready' : 'Initialized');
  });

  it('leaves the vision system ready as long as another is prepared', () => {
    makeReady();
    system.prepare([anId('other'), noId]);
    system.unprepare([anId('pcb'), noId]);
    expect(system.state()).toBe('Ready');
    system.unprepare([anId('other'), noId]);
    expect(system.state()).toBe('Initialized');
    expect(system.unprepare([anId('other'), noId])).toMatchObject({ error: visionErrors.recipeNotPrepared });
  });

  it('is not managed outside Initialized and Ready', () => {
    expect(system.prepare([anId('pcb'), noId])).toBe('wrong-state');
    makeReady();
    system.start(nextPart);
    expect(system.unprepare([anId('pcb'), noId])).toBe('wrong-state');
  });

  it('that was edited is told as prepared anew; one that is gone is prepared no more', () => {
    makeReady();
    events.length = 0;
    system.load(loadedWith([aRecipe('pcb', 'a2')]));
    expect(events).toMatchObject([{ kind: 'recipe-prepared', recipe: { sha256: 'a2' } }]);
    system.load(loadedWith([aRecipe('other')]));
    expect(system.state()).toBe('Initialized');
  });
});

describe('a fault', () => {
  it('does not end a job: it goes on when the fault is over', () => {
    makeReady();
    system.start(nextPart);
    system.setFaulted(true);
    expect(system.state()).toBe('Error');
    system.setFaulted(false);
    expect(system.state()).toBe('SingleExecution');
    begin(1);
    decide(1);
    expect(jobOf(1)).toBe('job-1');
  });

  it('that lasts cannot be left by a reset', () => {
    system.setFaulted(true);
    system.control('Reset', '');
    expect(system.state()).toBe('Error');
    system.setFaulted(false);
    expect(system.state()).toBe('Preoperational');
  });

  it('waits behind a halt', () => {
    system.control('Halt', '');
    system.setFaulted(true);
    expect(system.state()).toBe('Halted');
    system.control('Reset', '');
    expect(system.state()).toBe('Error');
  });
});

it('counts parts for the line while it is halted, and tells of them', () => {
  system.control('Halt', '');
  begin(1);
  decide(1);
  expect(jobOf(1)).toBe('line');
  expect(events.some(({ kind }) => kind === 'result-ready')).toBe(true);
});
