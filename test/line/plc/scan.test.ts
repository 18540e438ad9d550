import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { GateMove, PlcInputs } from '#line/plc/plc-image.ts';
import { edgeSilentMs, scan, startMemory, type PlcMemory } from '#line/plc/scan.ts';

const atRest: PlcInputs = {
  edgeHeartbeat: 0,
  edgeReady: true,
  edgeError: false,
  edgeLocked: false,
  edgeDeadlineMs: 1000,
  edgeRecipeId: 'pcb',
  edgeRecipeDone: false,
  edgeRecipeRefusal: '',
  triggerTaken: false,
  triggerEpoch: '',
  triggerNo: 0,
  triggerSerial: '',
  resultReady: false,
  resultRefusal: '',
  resultSequence: 0,
  resultEpoch: '',
  resultTriggerNo: 0,
  resultSerial: '',
  resultInspectionId: '',
  resultVerdict: 0,
  resultOk: false,
  resultNg: false,
};

/** A PLC with a clock; every cycle takes 10 ms, and the edge node's heart beats unless told otherwise. */
function createPlc(recipeId = '', challenges = false) {
  const settings = { intervalMs: 100, recipeId, challenges };
  let nowMs = 0;
  let memory: PlcMemory = startMemory(nowMs, settings);
  const moves: GateMove[] = [];
  const cycle = (inputs: Partial<PlcInputs> = {}): PlcMemory => {
    nowMs += 10;
    const done = scan(memory, { ...atRest, edgeHeartbeat: nowMs, ...inputs }, settings, nowMs);
    memory = done.memory;
    moves.push(...done.moves);
    return memory;
  };
  const triggered = (triggerNo: number): void => {
    for (let tries = 0; !memory.outputs.triggerRequest; tries += 1) {
      if (tries > 100) throw new Error('the PLC does not ask');
      cycle();
    }
    cycle({ triggerTaken: true, triggerEpoch: 'e', triggerNo, triggerSerial: `S-${triggerNo}` });
  };
  return { cycle, triggered, moves, memory: () => memory, wait: (ms: number) => void (nowMs += ms) };
}

function resultFor(triggerNo: number, with_: Partial<PlcInputs> = {}): Partial<PlcInputs> {
  const named = {
    resultEpoch: 'e',
    resultTriggerNo: triggerNo,
    resultSerial: `S-${triggerNo}`,
    resultSequence: triggerNo,
  };
  return {
    resultReady: true,
    ...named,
    resultInspectionId: `i-${triggerNo}`,
    resultVerdict: 1,
    resultOk: true,
    ...with_,
  };
}

describe('the gate', () => {
  it.each<{ name: string; result: Partial<PlcInputs>; gate: string; why: string }>([
    { name: 'opens on the OK of the part', result: {}, gate: 'ok', why: 'ok' },
    { name: 'stays shut on NG', result: { resultVerdict: 2, resultOk: false, resultNg: true }, gate: 'ng', why: 'ng' },
    { name: 'on a no call', result: { resultVerdict: 3, resultOk: false, resultNg: true }, gate: 'ng', why: 'no-call' },
    { name: 'on OK with Error', result: { edgeError: true }, gate: 'ng', why: 'error' },
    { name: 'on OK and NG at once', result: { resultNg: true }, gate: 'ng', why: 'contradiction' },
    { name: 'on OK beside a verdict of NG', result: { resultVerdict: 2 }, gate: 'ng', why: 'contradiction' },
    { name: 'on a verdict of OK without the level', result: { resultOk: false }, gate: 'ng', why: 'contradiction' },
    {
      name: 'on no verdict at all',
      result: { resultVerdict: 0, resultOk: false, resultNg: true },
      gate: 'ng',
      why: 'no-call',
    },
  ])('$name', ({ result, gate, why }) => {
    const plc = createPlc();
    plc.triggered(1);
    const { outputs } = plc.cycle(resultFor(1, result));
    expect(plc.moves).toMatchObject([{ part: { serial: 'S-1' }, gate, why, sequence: 1, inspectionId: 'i-1' }]);
    expect(outputs.resultPlcAck).toBe(true);
  });

  it.each<{ name: string; result: Partial<PlcInputs> }>([
    { name: 'another serial', result: { resultSerial: 'S-2' } },
    { name: 'another trigger number', result: { resultTriggerNo: 2 } },
    { name: 'another epoch', result: { resultEpoch: 'before' } },
  ])('does not move for a result of $name, which is acknowledged', ({ result }) => {
    const plc = createPlc();
    plc.triggered(1);
    expect(plc.cycle(resultFor(1, result)).outputs.resultPlcAck).toBe(true);
    expect(plc.moves).toEqual([]);
  });

  it('neither moves for nor acknowledges a result that the station refused', () => {
    const plc = createPlc();
    plc.triggered(1);
    expect(plc.cycle(resultFor(1, { resultRefusal: 'decided' })).outputs.resultPlcAck).toBe(false);
    expect(plc.moves).toEqual([]);
  });

  it('takes no OK by the deadline as NG, and a later OK opens nothing', () => {
    const plc = createPlc();
    plc.triggered(1);
    plc.wait(1000);
    plc.cycle();
    plc.cycle(resultFor(1));
    expect(plc.moves).toMatchObject([{ gate: 'ng', why: 'deadline', sequence: null }]);
  });

  it('takes an OK at the very deadline as too late', () => {
    const plc = createPlc();
    plc.triggered(1);
    const part = plc.memory().onTheWay[0];
    plc.wait((part?.deadlineMs ?? 0) - 10 - plc.memory().edgeBeatMs);
    plc.cycle(resultFor(1));
    expect(plc.moves).toMatchObject([{ gate: 'ng', why: 'deadline' }]);
  });

  it('stays shut when the edge node is dead, whatever stands on its nodes', () => {
    const plc = createPlc();
    plc.triggered(1);
    const { edgeBeat } = plc.memory();
    plc.cycle({ edgeHeartbeat: edgeBeat, edgeDeadlineMs: 1000 });
    plc.wait(edgeSilentMs);
    plc.cycle(resultFor(1, { edgeHeartbeat: edgeBeat }));
    expect(plc.moves).toMatchObject([{ gate: 'ng' }]);
  });

  it('looks at a result once while it stands, and lets the acknowledgement fall with it', () => {
    const plc = createPlc();
    plc.triggered(1);
    plc.cycle(resultFor(1));
    expect(plc.cycle(resultFor(1)).outputs.resultPlcAck).toBe(true);
    expect(plc.cycle().outputs.resultPlcAck).toBe(false);
    expect(plc.moves).toHaveLength(1);
  });
});

describe('the PLC asks for no part', () => {
  it.each<{ name: string; inputs: Partial<PlcInputs> }>([
    { name: 'before the edge node is ready', inputs: { edgeReady: false } },
    { name: 'while Error is on', inputs: { edgeError: true } },
    { name: 'before it saw the heart of the edge node beat', inputs: { edgeHeartbeat: 7 } },
    { name: 'while Taken still stands from the part before', inputs: { triggerTaken: true } },
  ])('$name', ({ inputs }) => {
    const plc = createPlc();
    for (let cycles = 0; cycles < 20; cycles += 1) expect(plc.cycle(inputs).outputs.triggerRequest).toBe(false);
  });

  it('before its recipe is in force, and asks again where the edge node was busy', () => {
    const plc = createPlc('pcb');
    expect(plc.cycle({ edgeRecipeId: '' }).outputs).toMatchObject({ plcRecipeRequest: true, plcRecipeId: 'pcb' });
    const busy = { edgeRecipeId: 'old', edgeRecipeDone: true, edgeRecipeRefusal: 'busy' };
    expect(plc.cycle(busy).outputs.plcRecipeRequest).toBe(false);
    expect(plc.cycle(busy).outputs).toMatchObject({ plcRecipeRequest: false, triggerRequest: false });
    expect(plc.cycle({ edgeRecipeId: 'old' }).outputs).toMatchObject({ plcRecipeRequest: true, triggerRequest: false });
    expect(plc.cycle({ edgeRecipeDone: true }).outputs).toMatchObject({
      plcRecipeRequest: false,
      triggerRequest: true,
    });
  });

  it('with a recipe that the edge node does not know', () => {
    const plc = createPlc('pcb');
    plc.cycle();
    plc.cycle({ edgeRecipeDone: true, edgeRecipeRefusal: 'no recipe pcb' });
    for (let cycles = 0; cycles < 20; cycles += 1) {
      expect(plc.cycle().outputs).toMatchObject({ triggerRequest: false, plcRecipeRequest: false });
    }
  });
});

describe('a known bad part', () => {
  it('comes first, is waited for, and is never let out', () => {
    const plc = createPlc('', true);
    plc.triggered(1);
    expect(plc.memory().onTheWay).toMatchObject([{ triggerNo: 1, challenge: true }]);
    for (let cycles = 0; cycles < 30; cycles += 1) expect(plc.cycle().outputs.triggerRequest).toBe(false);
    plc.cycle(resultFor(1));
    expect(plc.moves).toMatchObject([{ gate: 'ng', why: 'challenge' }]);
    plc.cycle();
    plc.triggered(2);
    expect(plc.memory().onTheWay).toMatchObject([{ triggerNo: 2, challenge: false }]);
  });

  it('comes first after a lock, and nothing comes while the lock stands', () => {
    const plc = createPlc('', true);
    plc.triggered(1);
    plc.cycle(resultFor(1, { resultVerdict: 2, resultOk: false, resultNg: true }));
    for (let cycles = 0; cycles < 30; cycles += 1) {
      expect(plc.cycle({ edgeLocked: true }).outputs.triggerRequest).toBe(false);
    }
    plc.triggered(2);
    expect(plc.memory().onTheWay).toMatchObject([{ triggerNo: 2, challenge: true }]);
  });

  it('comes first after another recipe was put in force, by whomever', () => {
    const plc = createPlc('', true);
    const failed = { resultVerdict: 2, resultOk: false, resultNg: true };
    const next = (triggerNo: number, edgeRecipeId: string): boolean | undefined => {
      while (!plc.memory().outputs.triggerRequest) plc.cycle({ edgeRecipeId });
      plc.cycle({ edgeRecipeId, triggerTaken: true, triggerEpoch: 'e', triggerNo, triggerSerial: `S-${triggerNo}` });
      const shown = plc.memory().onTheWay.at(-1)?.challenge;
      plc.cycle({ edgeRecipeId, ...resultFor(triggerNo, failed) });
      plc.cycle({ edgeRecipeId });
      return shown;
    };
    expect([next(1, 'pcb'), next(2, 'pcb'), next(3, 'other'), next(4, 'other')]).toEqual([true, false, true, false]);
    // A station that was just started names none until the edge node tells it again.
    plc.cycle({ edgeRecipeId: '' });
    expect(next(5, 'other')).toBe(false);
  });
});

test('whatever results come, in any order and any number, a part is released on its own OK alone and moves once', () => {
  const anyResult = fc.record({
    triggerNo: fc.integer({ min: 1, max: 5 }),
    serialOf: fc.integer({ min: 1, max: 5 }),
    epoch: fc.constantFrom('e', 'before'),
    verdict: fc.integer({ min: 0, max: 3 }),
    ok: fc.boolean(),
    ng: fc.boolean(),
    error: fc.boolean(),
    rests: fc.boolean(),
    waitMs: fc.constantFrom(0, 0, 0, 400, 1200),
  });
  fc.assert(
    fc.property(fc.array(anyResult, { maxLength: 40 }), (results) => {
      const plc = createPlc();
      for (let triggerNo = 1; triggerNo <= 4; triggerNo += 1) plc.triggered(triggerNo);
      for (const { triggerNo, serialOf, epoch, verdict, ok, ng, error, rests, waitMs } of results) {
        plc.wait(waitMs);
        const before = plc.moves.length;
        const result = { resultSerial: `S-${serialOf}`, resultEpoch: epoch, resultVerdict: verdict };
        plc.cycle(resultFor(triggerNo, { ...result, resultOk: ok, resultNg: ng, edgeError: error }));
        for (const { part, gate, atMs } of plc.moves.slice(before)) {
          if (gate !== 'ok') continue;
          expect({ triggerNo, serialOf, epoch }).toEqual({
            triggerNo: part.triggerNo,
            serialOf: part.triggerNo,
            epoch: 'e',
          });
          expect({ verdict, ok, ng, error }).toEqual({ verdict: 1, ok: true, ng: false, error: false });
          expect(atMs).toBeLessThan(part.deadlineMs);
        }
        if (rests) plc.cycle();
      }
      const moved = plc.moves.map(({ part }) => part.triggerNo);
      expect(new Set(moved).size).toBe(moved.length);
    }),
  );
});
