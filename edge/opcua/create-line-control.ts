import { DataType } from 'node-opcua';
import { FaultError } from '#host/fault.ts';
import type { LineLevels, StationControl } from '#edge/control/station-control.ts';
import { connectStation } from '#edge/opcua/connection.ts';
import { readNodes, writeNodes, type NodeValue } from '#edge/opcua/node-values.ts';
import type { StationAddress, StationSession } from '#edge/opcua/open-session.ts';

export interface LineControlOptions {
  readonly address: StationAddress;
  readonly control: StationControl;
  /** Hears when the PLC's heartbeat begins to move or stops; `none`: the station has no nodes for a PLC. */
  readonly plcIs: (state: 'alive' | 'silent' | 'none') => void;
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

/**
 * Shows the edge node's levels to the line and answers the PLC's requests, over a connection of its own, until disposed
 * of: a result that waits for its acknowledgement must not stop the heartbeat. A change is shown at once.
 */
export async function createLineControl(options: LineControlOptions): Promise<AsyncDisposable> {
  const { address, control } = options;
  const connection = await connectStation(address, () => undefined);
  const stopper = new AbortController();
  const { signal } = stopper;
  let wake = Promise.withResolvers<void>();
  control.onChange(() => wake.resolve());

  const run = async (): Promise<void> => {
    const watch = createPlcWatch(options.plcIs);
    let recipe = noRequest;
    for (let beat = 1; !signal.aborted; beat = (beat + 1) % 2 ** 32) {
      wake = Promise.withResolvers();
      const timer = setTimeout(() => wake.resolve(), beatMs);
      const plc = await connection.use((station) => exchange(station, beat, recipe, control.levels()), signal);
      watch(plc.plcHeartbeat, performance.now());
      const answered = answerRequest(plc, recipe, control);
      if (answered !== recipe) wake.resolve();
      recipe = answered;
      await wake.promise;
      clearTimeout(timer);
    }
  };
  const running = run().catch((error: unknown) => {
    if (error instanceof FaultError) options.plcIs('none');
    else if (!signal.aborted) throw error;
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

type PlcLevels = Record<(typeof plcNodes)[number], unknown>;

/** All levels every time: a station that was started anew has none of them. */
async function exchange(
  station: StationSession,
  beat: number,
  recipe: RecipeAnswer,
  levels: LineLevels,
): Promise<PlcLevels> {
  const values: readonly NodeValue[] = [
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
  await writeNodes(station, values);
  return readNodes(station, plcNodes);
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
