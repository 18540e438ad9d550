import { DataType } from 'node-opcua';
import type { LineLevels, StationControl } from '#edge/control/station-control.ts';
import { connectStation } from '#edge/opcua/connection.ts';
import { lackAll, readNodes, writeNodes, type NodeValue } from '#edge/opcua/node-values.ts';
import { NoStation, type StationAddress, type StationSession } from '#edge/opcua/open-session.ts';

export interface LineControlOptions {
  readonly address: StationAddress;
  readonly control: StationControl;
  /** Hears when the PLC's heartbeat begins to move or stops; `none`: the station has no nodes for a PLC. */
  readonly plcIs: (state: 'alive' | 'silent' | 'none') => void;
  /** The line cannot be told any more how the edge node does. */
  readonly failed: (error: unknown) => void;
}

/** Beats come at least this often, and a PLC without a beat for so long is silent; docs/opcua.md says both. */
const beatMs = 250;
const silentMs = 2000;
const goodbyeMs = 500;

interface RecipeAnswer {
  readonly done: boolean;
  readonly refusal: string;
}

const noRequest: RecipeAnswer = { done: false, refusal: '' };
const plcNodes = ['plcHeartbeat', 'plcRecipeRequest', 'plcRecipeId'] as const;
const edgeNodes = ['edgeHeartbeat', 'edgeReady', 'edgeError', 'edgeRecipeId'] as const;

/**
 * Shows the edge node's levels to the line and answers the PLC's requests, over a connection of its own, until disposed
 * of: a result that waits for its acknowledgement must not stop the heartbeat. A change is shown at once. A station that
 * has not one of the nodes has no PLC; one that has some of them, or does not let them be used, is mapped wrongly, and to
 * inspect without a word to its PLC would be worse than to stop.
 */
export async function createLineControl(options: LineControlOptions): Promise<AsyncDisposable> {
  const { address, control } = options;
  const connection = await connectStation(address, () => undefined);
  const stopper = new AbortController();
  const { signal } = stopper;
  let wake = Promise.withResolvers<void>();
  control.onChange(() => wake.resolve());

  const run = async (): Promise<void> => {
    if (await connection.use(lacksPlc, signal)) return options.plcIs('none');
    const watch = createPlcWatch(options.plcIs);
    const show = createLevelWriter();
    let recipe = noRequest;
    let [beat, dueMs] = [0, 0];
    while (!signal.aborted) {
      wake = Promise.withResolvers();
      const isBeat = performance.now() >= dueMs;
      if (isBeat) [beat, dueMs] = [(beat + 1) % 2 ** 32, performance.now() + beatMs];
      const plc = await connection.use(async (station) => {
        await show(station, nodesOf(control.levels(), recipe, beat), isBeat);
        return isBeat ? readNodes(station, plcNodes) : null;
      }, signal);
      const answered = plc === null ? recipe : answerRequest(plc, recipe, control);
      if (plc !== null) watch(plc.plcHeartbeat, performance.now());
      if (answered !== recipe) wake.resolve();
      recipe = answered;
      const timer = setTimeout(() => wake.resolve(), Math.max(0, dueMs - performance.now()));
      await wake.promise;
      clearTimeout(timer);
    }
  };
  const running = run().catch((error: unknown) => {
    if (error instanceof NoStation) options.plcIs('none');
    else if (!signal.aborted) options.failed(error);
  });
  return {
    [Symbol.asyncDispose]: async () => {
      stopper.abort();
      wake.resolve();
      await running;
      const notReady = (station: StationSession): Promise<void> =>
        writeNodes(station, [['edgeReady', DataType.Boolean, false]]);
      await Promise.allSettled([connection.use(notReady, AbortSignal.timeout(goodbyeMs))]);
      await connection[Symbol.asyncDispose]();
    },
  };
}

const lacksPlc = (station: StationSession): Promise<boolean> => lackAll(station, [...edgeNodes, ...plcNodes]);

type PlcLevels = Record<(typeof plcNodes)[number], unknown>;

/** The nodes in the order in which they are written: what explains a level stands before it. */
function nodesOf(levels: LineLevels, recipe: RecipeAnswer, beat: number): readonly NodeValue[] {
  return [
    ['edgeErrorText', DataType.String, levels.error],
    ['edgeDeadlineMs', DataType.UInt32, levels.deadlineMs],
    ['edgeRecipeId', DataType.String, levels.recipeId],
    ['edgeRecipeRefusal', DataType.String, recipe.refusal],
    ['edgeRecipeDone', DataType.Boolean, recipe.done],
    ['edgeLockCode', DataType.String, levels.lockCode],
    ['edgeLocked', DataType.Boolean, levels.lockCode !== ''],
    ['edgeError', DataType.Boolean, levels.error !== ''],
    ['edgeBusy', DataType.Boolean, levels.busy],
    ['edgeReady', DataType.Boolean, levels.ready],
    ['edgeHeartbeat', DataType.UInt32, beat],
  ];
}

/**
 * Writes all levels with each beat, and on a session that has not seen them: a station that was started anew has none.
 * In between those alone that changed: each part changes some, and the station has its result to take meanwhile.
 */
function createLevelWriter(): (station: StationSession, nodes: readonly NodeValue[], all: boolean) => Promise<void> {
  let shown: { readonly to: StationSession; readonly nodes: readonly NodeValue[] } | null = null;
  return async (station, nodes, all) => {
    const before = shown?.to === station && !all ? shown.nodes : [];
    const changed = nodes.filter(([, , value], index) => before[index]?.[2] !== value);
    // A write that fails may have reached some of them.
    shown = null;
    if (changed.length > 0) await writeNodes(station, changed);
    shown = { to: station, nodes };
  };
}

/** A request is answered once, and the answer stands until the request falls. */
function answerRequest(plc: PlcLevels, before: RecipeAnswer, control: StationControl): RecipeAnswer {
  if (plc.plcRecipeRequest !== true) return before.done ? noRequest : before;
  if (before.done) return before;
  return { done: true, refusal: control.changeRecipe(String(plc.plcRecipeId)) };
}

/** Tells when a counter begins to move and when it stops; one that never moved is nobody's. */
function createPlcWatch(plcIs: LineControlOptions['plcIs']): (beat: unknown, nowMs: number) => void {
  let last: unknown = null;
  let movedMs: number | null = null;
  let alive = false;
  return (beat, nowMs) => {
    if (last !== null && beat !== last) movedMs = nowMs;
    last = beat;
    if (movedMs === null || alive === nowMs - movedMs < silentMs) return;
    alive = !alive;
    plcIs(alive ? 'alive' : 'silent');
  };
}
