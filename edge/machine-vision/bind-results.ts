import type { UAObject, Variant } from 'node-opcua';
import {
  bindMethods,
  good,
  numberOf,
  pageOf,
  type Method,
  type MethodAnswer,
} from '#edge/machine-vision/bind-methods.ts';
import { noId } from '#edge/machine-vision/vision-ids.ts';
import { lineJob, type ResultRing, type VisionResult } from '#edge/machine-vision/vision-results.ts';
import {
  boolean,
  content,
  instant,
  int32,
  readId,
  structure,
  structures as list,
  timesOf,
  uint32,
  type Structures,
} from '#edge/machine-vision/vision-structures.ts';
import { visionErrors } from '#edge/machine-vision/vision-system.ts';

export interface ResultTools {
  readonly results: ResultRing;
  readonly structures: Structures;
  readonly now: () => Date;
}

/** Binds what a result management must have: OPC 40100-1, section 7.10. Handles are 0: there is nothing to release. */
export function bindResults(management: UAObject, tools: ResultTools): void {
  const { structures, results } = tools;
  bindMethods(management, {
    GetResultById: ([asked]) => {
      const found = results.find(readId(asked).id);
      const result = structures.result(found ?? emptyResult(tools.now()));
      return good(uint32(0), structure(result), int32(errorOf(found)));
    },
    GetResultComponentsById: ([asked]) => components(results.find(readId(asked).id), tools),
    GetResultListFiltered: listResults(tools),
  });
}

function errorOf(found: VisionResult | null): number {
  return found ? visionErrors.none : visionErrors.resultUnknown;
}

/** Stands where a result was asked for that is not kept: its state is 0, undefined. */
function emptyResult(now: Date): VisionResult {
  const none = { resultId: '', resultState: 0, isSimulated: false, measId: '', partId: '', productId: '' };
  const times = { createdAt: now, startedAt: now, acquisitionMs: 0, processingMs: 0 };
  return { ...none, ...times, recipe: noId, configuration: noId, jobId: lineJob.jobId, content: '', file: '' };
}

function components(found: VisionResult | null, { structures, now }: ResultTools): MethodAnswer {
  const result = found ?? emptyResult(now());
  return good(
    boolean(found !== null),
    uint32(0),
    boolean(false),
    boolean(result.isSimulated),
    int32(result.resultState),
    structure(structures.id('MeasIdDataType', result.measId)),
    structure(structures.id('PartIdDataType', result.partId)),
    structure(structures.recipe('External', result.recipe)),
    structure(structures.recipe('Internal', result.recipe)),
    structure(structures.id('ProductIdDataType', result.productId)),
    structure(structures.configuration(noId)),
    structure(structures.configuration(result.configuration)),
    structure(structures.id('JobIdDataType', result.jobId)),
    instant(result.createdAt),
    structure(structures.make('ProcessingTimesDataType', timesOf(result))),
    content(result.content),
    int32(errorOf(found)),
  );
}

function listResults({ results, structures }: ResultTools): Method {
  return (inputs) => {
    const [state, measId, partId, external, internal, externalConfiguration, internalConfiguration] = inputs;
    const [productId, jobId, maxResults, startIndex] = inputs.slice(7);
    const id = (sent: Variant | undefined): string => readId(sent).id;
    // No configuration has an external id, so asking for one finds none.
    const found =
      id(externalConfiguration) !== ''
        ? []
        : results.list({
            resultState: numberOf(state),
            measId: id(measId),
            partId: id(partId),
            productId: id(productId),
            jobId: id(jobId),
            recipes: [readId(external), readId(internal)],
            configuration: readId(internalConfiguration),
          });
    const { page, isComplete } = pageOf(found, numberOf(maxResults), numberOf(startIndex));
    const entries = page.map(structures.result);
    return good(boolean(isComplete), uint32(page.length), uint32(0), list(entries), int32(visionErrors.none));
  };
}
