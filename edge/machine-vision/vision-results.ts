import type { InspectionMessage } from '#edge/messages.schema.ts';
import { names, noId, type VisionId } from '#edge/machine-vision/vision-ids.ts';

/** States of processing after OPC 40100-1, table 153. A bad part is `completed`: the verdict is in the content. */
export const resultStates = { completed: 1, aborted: 3 } as const;

/** A committed verdict as a result of OPC 40100-1. */
export interface VisionResult {
  /** Id of the inspection. */
  readonly resultId: string;
  readonly resultState: number;
  readonly isSimulated: boolean;
  /** Named by the client of the job; '' where none did. */
  readonly measId: string;
  /** Serial of the part, as the station told it. */
  readonly partId: string;
  readonly recipe: VisionId;
  readonly productId: string;
  readonly jobId: string;
  /** What the edge node was loaded with; its id is '' where an earlier process decided. */
  readonly configuration: VisionId;
  readonly createdAt: Date;
  readonly startedAt: Date;
  readonly acquisitionMs: number;
  readonly processingMs: number;
  /** What decided and why, JSON. */
  readonly content: string;
  /** The whole message of the inspection, JSON: the result's file. */
  readonly file: string;
}

/** The job a result belongs to, and how its client names the measurement. */
export interface ResultJob {
  readonly jobId: string;
  readonly measId: string;
}

/** The job of every part that no client asked for: the line's own. */
export const lineJob: ResultJob = { jobId: 'line', measId: '' };

/** What a message of the outbox says, in the terms of OPC 40100-1. `file` is the message as committed. */
export function toVisionResult(
  message: InspectionMessage,
  file: string,
  { job, configuration }: { readonly job: ResultJob; readonly configuration: VisionId },
): VisionResult {
  const { inspectionId, recovered, simulated, serial, digests, timings, decidedAt, productId } = message;
  const { recipe } = digests;
  const createdAt = new Date(decidedAt);
  return {
    resultId: inspectionId,
    // What an earlier process left, or nobody saw: decided as undecided without having been looked at.
    resultState: recovered ? resultStates.aborted : resultStates.completed,
    isSimulated: simulated,
    measId: job.measId,
    partId: serial,
    recipe: recipe ? { id: recipe.name, version: recipe.version, sha256: recipe.sha256 } : noId,
    productId,
    jobId: job.jobId,
    configuration,
    createdAt,
    startedAt: new Date(createdAt.getTime() - timings.totalMs),
    acquisitionMs: timings.acquireMs,
    processingMs: timings.totalMs - timings.acquireMs,
    content: contentOf(message),
    file,
  };
}

function contentOf(message: InspectionMessage): string {
  const { verdict, challenge, inspectionId, serial, attempt, sequence, outcomes, reasons, digests } = message;
  const views = message.views.map(({ viewId, doubts, detections, frameSha256 }) => {
    const found = detections.map(({ id, label, score, box, areaPx }) => ({ id, label, score, box, areaPx }));
    return { viewId, doubts, detections: found, frameSha256 };
  });
  return JSON.stringify({
    verdict,
    challenge,
    inspectionId,
    serial,
    attempt,
    sequence,
    outcomes,
    reasons,
    views,
    digests,
  });
}

/** What a client asks of the list of results; empty strings and 0 ask for all. */
export interface ResultFilter {
  readonly resultState: number;
  readonly measId: string;
  readonly partId: string;
  readonly productId: string;
  readonly jobId: string;
  /** All of these must name the result's recipe. */
  readonly recipes: readonly VisionId[];
  readonly configuration: VisionId;
}

export interface ResultRing {
  readonly add: (result: VisionResult) => void;
  readonly find: (resultId: string) => VisionResult | null;
  /** Newest first. */
  readonly list: (filter: ResultFilter) => readonly VisionResult[];
}

/** Keeps the newest results: so many, and no more than so many characters of files. */
export function createResultRing(limits: { readonly results: number; readonly fileChars: number }): ResultRing {
  const results = new Map<string, VisionResult>();
  let fileChars = 0;
  const dropOldest = (): void => {
    const oldest = results.values().next().value;
    if (!oldest) return;
    results.delete(oldest.resultId);
    fileChars -= oldest.file.length;
  };
  return {
    add: (result) => {
      results.set(result.resultId, result);
      fileChars += result.file.length;
      while (results.size > limits.results || (fileChars > limits.fileChars && results.size > 1)) dropOldest();
    },
    find: (resultId) => results.get(resultId) ?? null,
    list: (filter) => [...results.values()].toReversed().filter((result) => fits(result, filter)),
  };
}

function fits(result: VisionResult, filter: ResultFilter): boolean {
  if (filter.resultState !== 0 && filter.resultState !== result.resultState) return false;
  const keys = ['measId', 'partId', 'productId', 'jobId'] as const;
  if (keys.some((key) => filter[key] !== '' && filter[key] !== result[key])) return false;
  if (!names(filter.configuration, result.configuration)) return false;
  return filter.recipes.every((recipe) => names(recipe, result.recipe));
}
