import type { UAObject, Variant } from 'node-opcua';
import { answer, bindMethods, good, numberOf, type Method } from '#edge/machine-vision/bind-methods.ts';
import type { VisionId } from '#edge/machine-vision/vision-ids.ts';
import { int32, readId, structure, type Structures } from '#edge/machine-vision/vision-structures.ts';
import { visionErrors, type ControlMethod, type VisionSystem } from '#edge/machine-vision/vision-system.ts';

/** Binds the methods of the state machines: OPC 40100-1, sections 8.2.8 and 8.3.7. */
export function bindControl(machine: UAObject, automatic: UAObject, tools: ControlTools): void {
  const { system } = tools;
  const control = (method: ControlMethod): Method => {
    return (inputs) => answer(system.control(method, reasonOf(inputs)), (_none, error) => [int32(error)]);
  };
  bindMethods(machine, {
    Halt: control('Halt'),
    Reset: control('Reset'),
    SelectModeAutomatic: control('SelectModeAutomatic'),
  });
  bindMethods(automatic, {
    Stop: control('Stop'),
    Abort: control('Abort'),
    StartSingleJob: start('single', tools),
    StartContinuous: start('continuous', tools),
    // Whether parts are simulated is the station's word, part by part: it cannot be switched here.
    SimulationMode: () => good(int32(visionErrors.simulationNotOurs)),
  });
}

export interface ControlTools {
  readonly system: VisionSystem;
  readonly structures: Structures;
}

function start(kind: 'single' | 'continuous', { system, structures }: ControlTools): Method {
  return ([measId, partId, recipeId, productId, parameters]) => {
    const asked = {
      kind,
      measId: readId(measId).id,
      partId: readId(partId).id,
      recipe: readId(recipeId) satisfies VisionId,
      productId: readId(productId).id,
      parameters: countOf(parameters),
    };
    return answer(system.start(asked), (jobId, error) => [
      structure(structures.id('JobIdDataType', jobId)),
      int32(error),
    ]);
  };
}

function countOf(sent: Variant | undefined): number {
  const value: unknown = sent?.value;
  return Array.isArray(value) ? value.length : 0;
}

/** Cause and description that a client gave, as one text. */
function reasonOf([cause, description]: readonly Variant[]): string {
  const text: unknown = description?.value;
  const words = typeof text === 'string' ? text.trim() : '';
  const number = numberOf(cause);
  return [number === 0 ? '' : `cause ${number}`, words].filter((part) => part !== '').join(', ');
}
