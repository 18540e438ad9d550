import type { UAVariable } from 'node-opcua';
import type { VisionState } from '#edge/machine-vision/vision-states.ts';
import { structure, type Structures } from '#edge/machine-vision/vision-structures.ts';

/** Values of SystemStateDataType with what they mean here: OPC 40100-1, section 12.22. */
const systemStates: Readonly<Record<VisionState, readonly [number, string]>> = {
  Preoperational: [2, 'standby: no mode selected'],
  Initialized: [2, 'standby: no recipe prepared'],
  Ready: [2, 'standby: no job'],
  SingleExecution: [1, 'production: a job runs'],
  ContinuousExecution: [1, 'production: a job runs'],
  Halted: [4, 'scheduled downtime: halted by a client'],
  Error: [5, 'unscheduled downtime: a fault keeps parts from being inspected'],
};

export function showSystemState(variable: UAVariable, state: VisionState, structures: Structures): void {
  const [number, stateDescription] = systemStates[state];
  const value = structures.make('SystemStateDescriptionDataType', { state: number, stateDescription });
  variable.setValueFromSource(structure(value));
}
