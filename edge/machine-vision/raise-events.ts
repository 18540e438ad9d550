import { DataType, type AddressSpace, type ExtensionObject, type UAObject, type VariantOptions } from 'node-opcua';
import type { StateNodes } from '#edge/machine-vision/state-nodes.ts';
import {
  boolean,
  content,
  instant,
  int32,
  machineVisionNamespace,
  structure,
  timesOf,
  type Structures,
} from '#edge/machine-vision/vision-structures.ts';
import type { VisionResult } from '#edge/machine-vision/vision-results.ts';
import type { VisionTransition } from '#edge/machine-vision/vision-states.ts';
import type { VisionEvent, VisionNote } from '#edge/machine-vision/vision-system.ts';

export interface EventTools {
  readonly addressSpace: AddressSpace;
  readonly source: UAObject;
  readonly states: StateNodes;
  readonly structures: Structures;
  /** Diagnostic events below this severity are not told. */
  readonly diagnosticLevel: () => number;
}

type Fields = Record<string, VariantOptions>;

/** Event types that tell of a job, with their words. */
const jobEvents = {
  'job-started': ['JobStartedEventType', 'job started'],
  ready: ['ReadyEventType', 'ready for the next job'],
  'acquisition-done': ['AcquisitionDoneEventType', 'frames taken'],
} as const;

/** Tells an event of the vision system as the event types of OPC 40100-1 want it: sections 8.2.9, 8.3.8 and 11.4. */
export function raiseVisionEvent(event: VisionEvent, tools: EventTools): void {
  const { structures } = tools;
  switch (event.kind) {
    case 'transition':
      return raiseTransition(event.transition, tools);
    case 'job-started':
    case 'ready':
    case 'acquisition-done': {
      const [type, text] = jobEvents[event.kind];
      return raise(tools, type, { text, severity: 200, fields: jobField(event.jobId, structures) });
    }
    case 'recipe-prepared': {
      const { recipe } = event;
      const internalId = structure(structures.recipe('Internal', recipe));
      const externalId = structure(structures.recipe('External', recipe));
      const text = `recipe ${recipe.id} prepared`;
      return raise(tools, 'RecipePreparedEventType', { text, severity: 200, fields: { internalId, externalId } });
    }
    case 'result-ready': {
      const text = `result ${event.result.resultId}`;
      return raise(tools, 'ResultReadyEventType', { text, severity: 200, fields: resultFields(event.result, tools) });
    }
    case 'information':
      return raiseNote('VisionInformationEventType', event, tools);
    case 'diagnostic':
      if (event.severity < tools.diagnosticLevel()) return;
      return raiseNote('VisionDiagnosticInfoEventType', event, tools);
  }
}

function jobField(jobId: string, structures: Structures): Fields {
  return { jobId: structure(structures.id('JobIdDataType', jobId)) };
}

function raiseNote(
  type: string,
  { severity, note }: { readonly severity: number; readonly note: VisionNote },
  tools: EventTools,
): void {
  const { text, jobId, partId } = note;
  const { structures } = tools;
  const fields: Fields = {
    ...(jobId === '' ? {} : jobField(jobId, structures)),
    ...(partId === '' ? {} : { partId: structure(structures.id('PartIdDataType', partId)) }),
  };
  raise(tools, type, { text, severity, fields });
}

function raise(
  { addressSpace, source }: EventTools,
  type: string,
  { text, severity, fields }: { readonly text: string; readonly severity: number; readonly fields: Fields },
): void {
  const eventType = addressSpace.findEventType(type, addressSpace.getNamespaceIndex(machineVisionNamespace));
  if (!eventType) throw new Error(`the node set has no ${type}`);
  source.raiseEvent(eventType, {
    message: { dataType: DataType.LocalizedText, value: { text } },
    severity: { dataType: DataType.UInt16, value: severity },
    ...fields,
  });
}

function resultFields(result: VisionResult, { structures }: EventTools): Fields {
  const id = (dataType: string, value: string): VariantOptions => structure(structures.id(dataType, value));
  const times: ExtensionObject = structures.make('ProcessingTimesDataType', timesOf(result));
  return {
    resultId: id('ResultIdDataType', result.resultId),
    isPartial: boolean(false),
    isSimulated: boolean(result.isSimulated),
    resultState: int32(result.resultState),
    ...(result.measId === '' ? {} : { measId: id('MeasIdDataType', result.measId) }),
    partId: id('PartIdDataType', result.partId),
    externalRecipeId: structure(structures.recipe('External', result.recipe)),
    internalRecipeId: structure(structures.recipe('Internal', result.recipe)),
    productId: id('ProductIdDataType', result.productId),
    internalConfigurationId: structure(structures.configuration(result.configuration)),
    jobId: id('JobIdDataType', result.jobId),
    creationTime: instant(result.createdAt),
    processingTimes: structure(times),
    resultContent: content(result.content),
  };
}

/** A transition is told as it is, and beside it as an error that came or went. */
function raiseTransition(transition: VisionTransition, tools: EventTools): void {
  const { name, from, to } = transition;
  const fields = tools.states.transitionFields(transition);
  const told = (type: string, severity: number): void =>
    raise(tools, type, { text: `${from} to ${to} (${name})`, severity, fields });
  told('StateChangedEventType', 200);
  if (to === 'Error') told('ErrorEventType', 700);
  if (from === 'Error' && name.endsWith('Auto')) told('ErrorResolvedEventType', 300);
}
