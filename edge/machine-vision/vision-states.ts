/**
 * States of a vision system after OPC 40100-1, sections 8.2 and 8.3. The last four are those of the automatic mode, all of
 * them within Operational.
 */
export type VisionState =
  | 'Preoperational'
  | 'Halted'
  | 'Error'
  | 'Initialized'
  | 'Ready'
  | 'SingleExecution'
  | 'ContinuousExecution';

/** What moves a vision system: methods by their names, and what happens on its own in small letters. */
export type VisionCause =
  | 'Halt'
  | 'Reset'
  | 'SelectModeAutomatic'
  | 'PrepareRecipe'
  | 'UnprepareRecipe'
  | 'StartSingleJob'
  | 'StartContinuous'
  | 'Stop'
  | 'Abort'
  | 'finished'
  | 'unloaded'
  | 'fault'
  | 'recovered';

/** Where a vision system is; `resume` is where Error leads back to on its own. */
export interface VisionPosition {
  readonly state: VisionState;
  readonly resume: Exclude<VisionState, 'Error'>;
}

/** A transition by the name that it has in the types of OPC 40100-1. */
export interface VisionTransition {
  readonly name: string;
  readonly from: VisionState;
  readonly to: VisionState;
}

export const initialPosition: VisionPosition = { state: 'Preoperational', resume: 'Preoperational' };

/** States of the automatic mode, in the order of their numbers. */
export const automaticStates = ['Initialized', 'Ready', 'SingleExecution', 'ContinuousExecution'] as const;

export function isAutomatic(state: VisionState): state is (typeof automaticStates)[number] {
  return automaticStates.some((one) => one === state);
}

type Row = readonly [from: VisionState, cause: VisionCause, to: Exclude<VisionState, 'Error'>, transition: string];

/** Every move but those into Error and on their own out of it. */
const rows: readonly Row[] = [
  ['Preoperational', 'SelectModeAutomatic', 'Initialized', 'PreoperationalToOperational'],
  ['Preoperational', 'Halt', 'Halted', 'PreoperationalToHalted'],
  ['Halted', 'Reset', 'Preoperational', 'HaltedToPreoperational'],
  ['Error', 'Halt', 'Halted', 'ErrorToHalted'],
  ['Error', 'Reset', 'Preoperational', 'ErrorToPreoperational'],
  ['Initialized', 'PrepareRecipe', 'Ready', 'InitializedToReadyRecipe'],
  ['Ready', 'UnprepareRecipe', 'Initialized', 'ReadyToInitializedRecipe'],
  ['Ready', 'unloaded', 'Initialized', 'ReadyToInitializedAuto'],
  ['Ready', 'StartSingleJob', 'SingleExecution', 'ReadyToSingleExecution'],
  ['Ready', 'StartContinuous', 'ContinuousExecution', 'ReadyToContinuousExecution'],
  ['SingleExecution', 'finished', 'Ready', 'SingleExecutionToReadyAuto'],
  ['SingleExecution', 'Stop', 'Ready', 'SingleExecutionToReadyStop'],
  ['SingleExecution', 'Abort', 'Ready', 'SingleExecutionToReadyAbort'],
  ['ContinuousExecution', 'Stop', 'Ready', 'ContinuousExecutionToReadyStop'],
  ['ContinuousExecution', 'Abort', 'Ready', 'ContinuousExecutionToReadyAbort'],
  ...automaticStates.flatMap((state): Row[] => [
    [state, 'Halt', 'Halted', 'OperationalToHalted'],
    [state, 'Reset', 'Preoperational', 'OperationalToPreoperational'],
  ]),
];

/** What a cause does to a vision system; null where its state does not allow it. `transition` is null where none shows. */
export function advance(
  position: VisionPosition,
  cause: VisionCause,
): { readonly position: VisionPosition; readonly transition: VisionTransition | null } | null {
  const { state, resume } = position;
  if (cause === 'fault') return enterError(state);
  if (state === 'Error' && cause === 'recovered') return leaveError(resume);
  // A job may end while the vision system is in Error: then there is nothing left to take up again.
  if (state === 'Error' && cause === 'finished' && resume === 'SingleExecution')
    return { position: { state, resume: 'Ready' }, transition: null };
  const row = rows.find(([from, by]) => from === state && by === cause);
  if (!row) return null;
  const [, , to, name] = row;
  return { position: { state: to, resume: to }, transition: { name, from: state, to } };
}

function enterError(state: VisionState): ReturnType<typeof advance> {
  if (state === 'Error' || state === 'Halted') return null;
  const name = state === 'Preoperational' ? 'PreoperationalToErrorAuto' : 'OperationalToErrorAuto';
  return { position: { state: 'Error', resume: state }, transition: { name, from: state, to: 'Error' } };
}

function leaveError(to: VisionPosition['resume']): ReturnType<typeof advance> {
  const name = isAutomatic(to) ? 'ErrorToOperationalAuto' : 'ErrorToPreoperationalAuto';
  return { position: { state: to, resume: to }, transition: { name, from: 'Error', to } };
}
