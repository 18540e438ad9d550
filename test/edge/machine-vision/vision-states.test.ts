import { describe, expect, it } from 'vitest';
import {
  advance,
  type VisionCause,
  type VisionPosition,
  type VisionState,
} from '#edge/machine-vision/vision-states.ts';

type Row = readonly [from: VisionState, cause: VisionCause, to: VisionState, transition: string];

// OPC 40100-1, tables 83 and 98: every move there is, by the name of its transition.
const moves: readonly Row[] = [
  ['Preoperational', 'SelectModeAutomatic', 'Initialized', 'PreoperationalToOperational'],
  ['Preoperational', 'Halt', 'Halted', 'PreoperationalToHalted'],
  ['Preoperational', 'fault', 'Error', 'PreoperationalToErrorAuto'],
  ['Halted', 'Reset', 'Preoperational', 'HaltedToPreoperational'],
  ['Error', 'Halt', 'Halted', 'ErrorToHalted'],
  ['Error', 'Reset', 'Preoperational', 'ErrorToPreoperational'],
  ['Initialized', 'PrepareRecipe', 'Ready', 'InitializedToReadyRecipe'],
  ['Initialized', 'Halt', 'Halted', 'OperationalToHalted'],
  ['Initialized', 'Reset', 'Preoperational', 'OperationalToPreoperational'],
  ['Initialized', 'fault', 'Error', 'OperationalToErrorAuto'],
  ['Ready', 'UnprepareRecipe', 'Initialized', 'ReadyToInitializedRecipe'],
  ['Ready', 'unloaded', 'Initialized', 'ReadyToInitializedAuto'],
  ['Ready', 'StartSingleJob', 'SingleExecution', 'ReadyToSingleExecution'],
  ['Ready', 'StartContinuous', 'ContinuousExecution', 'ReadyToContinuousExecution'],
  ['Ready', 'Halt', 'Halted', 'OperationalToHalted'],
  ['Ready', 'Reset', 'Preoperational', 'OperationalToPreoperational'],
  ['Ready', 'fault', 'Error', 'OperationalToErrorAuto'],
  ['SingleExecution', 'finished', 'Ready', 'SingleExecutionToReadyAuto'],
  ['SingleExecution', 'Stop', 'Ready', 'SingleExecutionToReadyStop'],
  ['SingleExecution', 'Abort', 'Ready', 'SingleExecutionToReadyAbort'],
  ['SingleExecution', 'Halt', 'Halted', 'OperationalToHalted'],
  ['SingleExecution', 'Reset', 'Preoperational', 'OperationalToPreoperational'],
  ['SingleExecution', 'fault', 'Error', 'OperationalToErrorAuto'],
  ['ContinuousExecution', 'Stop', 'Ready', 'ContinuousExecutionToReadyStop'],
  ['ContinuousExecution', 'Abort', 'Ready', 'ContinuousExecutionToReadyAbort'],
  ['ContinuousExecution', 'Halt', 'Halted', 'OperationalToHalted'],
  ['ContinuousExecution', 'Reset', 'Preoperational', 'OperationalToPreoperational'],
  ['ContinuousExecution', 'fault', 'Error', 'OperationalToErrorAuto'],
];

const states: readonly VisionState[] = [
  'Preoperational',
  'Halted',
  'Error',
  'Initialized',
  'Ready',
  'SingleExecution',
  'ContinuousExecution',
];
const causes: readonly VisionCause[] = [
  'Halt',
  'Reset',
  'SelectModeAutomatic',
  'PrepareRecipe',
  'UnprepareRecipe',
  'StartSingleJob',
  'StartContinuous',
  'Stop',
  'Abort',
  'finished',
  'unloaded',
  'fault',
];

function at(state: VisionState): VisionPosition {
  return { state, resume: state === 'Error' ? 'Preoperational' : state };
}

describe('a vision system', () => {
  it.each(moves)('goes from %s by %s to %s, by transition %s', (from, cause, to, name) => {
    expect(advance(at(from), cause)).toMatchObject({ position: { state: to }, transition: { name, from, to } });
  });

  it('stays where it is for every other cause', () => {
    const allowed = new Set(moves.map(([from, cause]) => `${from} ${cause}`));
    const others = states.flatMap((state) => causes.map((cause) => [state, cause] as const));
    for (const [state, cause] of others.filter(([state, cause]) => !allowed.has(`${state} ${cause}`)))
      expect(advance(at(state), cause), `${state} ${cause}`).toBeNull();
  });

  it.each([
    ['Preoperational', 'ErrorToPreoperationalAuto'],
    ['Initialized', 'ErrorToOperationalAuto'],
    ['Ready', 'ErrorToOperationalAuto'],
    ['SingleExecution', 'ErrorToOperationalAuto'],
    ['ContinuousExecution', 'ErrorToOperationalAuto'],
  ] as const)('is back in %s when the fault that met it there is over', (state, name) => {
    const error = advance(at(state), 'fault')?.position ?? at('Halted');
    expect(advance(error, 'recovered')).toMatchObject({ position: { state }, transition: { name, to: state } });
  });

  it('is ready after a fault during which its job was done', () => {
    const error = advance(at('SingleExecution'), 'fault')?.position ?? at('Halted');
    const done = advance(error, 'finished');
    expect(done).toMatchObject({ position: { state: 'Error' }, transition: null });
    expect(advance(done?.position ?? error, 'recovered')).toMatchObject({ position: { state: 'Ready' } });
  });
});
