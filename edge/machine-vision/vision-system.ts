import type { InspectionMessage } from '#edge/messages.schema.ts';
import { names, noId, type Loaded, type VisionId, type VisionRecipe } from '#edge/machine-vision/vision-ids.ts';
import { createJobs, type BegunPart, type JobOrder, type Jobs } from '#edge/machine-vision/vision-jobs.ts';
import {
  createResultRing,
  toVisionResult,
  type ResultRing,
  type VisionResult,
} from '#edge/machine-vision/vision-results.ts';
import {
  advance,
  initialPosition,
  type VisionCause,
  type VisionState,
  type VisionTransition,
} from '#edge/machine-vision/vision-states.ts';

/** What a vision system tells on its own. */
export type VisionEvent =
  | { readonly kind: 'transition'; readonly transition: VisionTransition }
  | { readonly kind: 'job-started' | 'ready' | 'acquisition-done'; readonly jobId: string }
  | { readonly kind: 'recipe-prepared'; readonly recipe: VisionRecipe }
  | { readonly kind: 'result-ready'; readonly result: VisionResult }
  | { readonly kind: 'information' | 'diagnostic'; readonly severity: number; readonly note: VisionNote };

/** A remark about the work; ids are '' where they do not apply. */
export interface VisionNote {
  readonly text: string;
  readonly jobId: string;
  readonly partId: string;
}

/** Why a method did nothing, as OPC 40100-1 wants it: 0 is success, negative numbers are those of the application. */
export const visionErrors = {
  none: 0,
  recipeUnknown: -1,
  recipeNotPrepared: -2,
  productUnknown: -3,
  parametersUnknown: -4,
  resultUnknown: -5,
  configurationUnknown: -6,
  simulationNotOurs: -7,
} as const;

/** `wrong-state`: the state does not allow it. Otherwise one of `visionErrors` with what came of it. */
export type VisionAnswer<Value> = 'wrong-state' | { readonly error: number; readonly value: Value };

/** An order with what the edge node cannot follow, so that it can be refused. */
export interface AskedJob extends JobOrder {
  readonly productId: string;
  readonly parameters: number;
}

export type ControlMethod = 'Halt' | 'Reset' | 'SelectModeAutomatic' | 'Stop' | 'Abort';

export interface VisionSystemOptions {
  readonly loaded: Loaded;
  readonly newJobId: () => string;
  readonly emit: (event: VisionEvent) => void;
}

/** The edge node as a vision system: the states, jobs, recipes and results behind the nodes. Knows nothing of OPC UA. */
export interface VisionSystem {
  readonly state: () => VisionState;
  readonly loaded: () => Loaded;
  /** The edge node was loaded anew. What is prepared stays so, as far as it is still there. */
  readonly load: (loaded: Loaded) => void;
  readonly control: (method: ControlMethod, why: string) => VisionAnswer<null>;
  readonly prepare: (asked: readonly VisionId[]) => VisionAnswer<VisionId>;
  readonly unprepare: (asked: readonly VisionId[]) => VisionAnswer<VisionId>;
  readonly isPrepared: (recipeId: string) => boolean;
  readonly start: (asked: AskedJob) => VisionAnswer<string>;
  readonly results: ResultRing;
  readonly begun: (part: BegunPart) => void;
  /** All frames of a part are there. */
  readonly acquired: (inspectionId: string) => void;
  /** A verdict is on disk; `file` is the message as committed. */
  readonly committed: (message: InspectionMessage, file: string) => void;
  /** Whether a fault keeps the edge node from inspecting. */
  readonly setFaulted: (faulted: boolean) => void;
}

/** Results kept in memory, and characters of their files. */
export const resultLimits = { results: 256, fileChars: 64 * 1024 * 1024 } as const;

export function createVisionSystem({ loaded, newJobId, emit }: VisionSystemOptions): VisionSystem {
  const prepared = new Set<string>();
  const machine = createMachine(emit);
  const jobs = createJobs(newJobId);
  const results = createResultRing(resultLimits);
  const tools: SystemTools = { loaded, prepared, machine, jobs, results, emit };
  return {
    state: machine.state,
    isPrepared: (recipeId) => prepared.has(recipeId),
    results,
    loaded: () => tools.loaded,
    load: (now) => {
      const before = tools.loaded;
      tools.loaded = now;
      for (const id of prepared) reprepare(tools, before, id);
      settle(tools);
    },
    setFaulted: (faulted) => {
      machine.setFaulted(faulted);
      settle(tools);
    },
    ...controlMethods(tools),
    ...recipeMethods(tools),
    ...partMethods(tools),
  };
}

/** What the functions below share. */
interface SystemTools {
  loaded: Loaded;
  /** Ids of the prepared ones: those whose parts a job may take. */
  readonly prepared: Set<string>;
  readonly machine: Machine;
  readonly jobs: Jobs;
  readonly results: ResultRing;
  readonly emit: (event: VisionEvent) => void;
}

interface Machine {
  readonly state: () => VisionState;
  /** False where the state does not allow it. */
  readonly move: (cause: VisionCause) => boolean;
  readonly setFaulted: (faulted: boolean) => void;
}

function createMachine(emit: SystemTools['emit']): Machine {
  let position = initialPosition;
  let faulted = false;
  const move = (cause: VisionCause): boolean => {
    const moved = advance(position, cause);
    if (!moved) return false;
    position = moved.position;
    if (moved.transition) emit({ kind: 'transition', transition: moved.transition });
    // A client may lead out of Error, but not past the fault.
    if (faulted && cause !== 'fault') move('fault');
    return true;
  };
  return {
    state: () => position.state,
    move,
    setFaulted: (now) => {
      faulted = now;
      move(now ? 'fault' : 'recovered');
    },
  };
}

function inform({ emit }: SystemTools, text: string, ids: { jobId?: string; partId?: string } = {}): void {
  emit({ kind: 'information', severity: 300, note: { text, jobId: '', partId: '', ...ids } });
}

function diagnose({ emit }: SystemTools, text: string, ids: { jobId: string; partId: string }): void {
  emit({ kind: 'diagnostic', severity: 100, note: { text, ...ids } });
}

/** A prepared recipe that was edited is prepared as it is now; one that is gone is not prepared any more. */
function reprepare({ loaded, prepared, emit }: SystemTools, before: Loaded, id: string): void {
  const recipe = loaded.recipes.find((one) => one.id === id);
  if (!recipe) prepared.delete(id);
  else if (!before.recipes.some(({ sha256 }) => sha256 === recipe.sha256)) emit({ kind: 'recipe-prepared', recipe });
}

/** Without a prepared recipe no job can start. */
function settle({ machine, prepared }: SystemTools): void {
  if (machine.state() === 'Ready' && prepared.size === 0) machine.move('unloaded');
}

function controlMethods(tools: SystemTools): Pick<VisionSystem, 'control' | 'start'> {
  const { machine, jobs, prepared, emit } = tools;
  return {
    control: (method, why) => {
      if (!machine.move(method)) return 'wrong-state';
      const ended = method === 'SelectModeAutomatic' ? null : jobs.end(method === 'Stop' ? 'keep' : 'let-go');
      inform(tools, `${method}${why === '' ? '' : `: ${why}`}`, ended ? { jobId: ended.jobId } : {});
      if (ended && machine.state() === 'Ready') emit({ kind: 'ready', jobId: ended.jobId });
      if (method === 'Reset') prepared.clear();
      settle(tools);
      return { error: visionErrors.none, value: null };
    },
    start: (asked) => {
      if (machine.state() !== 'Ready') return 'wrong-state';
      const error = refuseJob(asked, tools.loaded.recipes, prepared);
      if (error !== visionErrors.none) return { error, value: '' };
      const job = jobs.start(asked);
      machine.move(asked.kind === 'single' ? 'StartSingleJob' : 'StartContinuous');
      emit({ kind: 'job-started', jobId: job.jobId });
      return { error, value: job.jobId };
    },
  };
}

function partMethods(tools: SystemTools): Pick<VisionSystem, 'begun' | 'acquired' | 'committed'> {
  const { machine, jobs, prepared, results, emit } = tools;
  return {
    begun: (part) => {
      jobs.take(part, prepared);
      diagnose(tools, 'inspection begun', { jobId: jobs.of(part.inspectionId).jobId, partId: part.serial });
    },
    acquired: (inspectionId) => emit({ kind: 'acquisition-done', jobId: jobs.of(inspectionId).jobId }),
    committed: (message, file) => {
      const result = toVisionResult(message, file, {
        job: jobs.of(message.inspectionId),
        configuration: tools.loaded.configuration,
      });
      results.add(result);
      emit({ kind: 'result-ready', result });
      const { jobId, partId } = result;
      diagnose(tools, `decided after ${Math.round(message.timings.totalMs)} ms`, { jobId, partId });
      if (message.verdict === 'undecided') inform(tools, 'no call: the part waits for a person', { jobId, partId });
      const finished = jobs.decide(message.inspectionId) && machine.move('finished');
      if (finished && machine.state() === 'Ready') emit({ kind: 'ready', jobId });
      settle(tools);
    },
  };
}

/** The first thing about an order that cannot be followed, as one of `visionErrors`. */
function refuseJob(
  { recipe, productId, parameters }: AskedJob,
  recipes: readonly VisionRecipe[],
  prepared: ReadonlySet<string>,
): number {
  // The edge node links no products to recipes: the trigger names both.
  if (productId !== '') return visionErrors.productUnknown;
  if (parameters > 0) return visionErrors.parametersUnknown;
  if (recipe.id === '') return visionErrors.none;
  if (!recipes.some((known) => names(recipe, known))) return visionErrors.recipeUnknown;
  return prepared.has(recipe.id) ? visionErrors.none : visionErrors.recipeNotPrepared;
}

/** Every recipe is loaded and warm from the start; to prepare one is to let jobs take its parts. */
function recipeMethods(tools: SystemTools): Pick<VisionSystem, 'prepare' | 'unprepare'> {
  const { prepared, machine, emit } = tools;
  const managed = (): boolean => machine.state() === 'Initialized' || machine.state() === 'Ready';
  /** What is asked by external and by internal id must be one and the same recipe. */
  const pick = (asked: readonly VisionId[]): VisionRecipe | null => {
    if (asked.every(({ id }) => id === '')) return null;
    return tools.loaded.recipes.find((recipe) => asked.every((one) => names(one, recipe))) ?? null;
  };
  return {
    prepare: (asked) => {
      if (!managed()) return 'wrong-state';
      const recipe = pick(asked);
      if (!recipe) return { error: visionErrors.recipeUnknown, value: noId };
      prepared.add(recipe.id);
      machine.move('PrepareRecipe');
      emit({ kind: 'recipe-prepared', recipe });
      return { error: visionErrors.none, value: recipe };
    },
    unprepare: (asked) => {
      if (!managed()) return 'wrong-state';
      const recipe = pick(asked);
      if (!recipe) return { error: visionErrors.recipeUnknown, value: noId };
      if (!prepared.delete(recipe.id)) return { error: visionErrors.recipeNotPrepared, value: recipe };
      if (prepared.size === 0) machine.move('UnprepareRecipe');
      return { error: visionErrors.none, value: recipe };
    },
  };
}
