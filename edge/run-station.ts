import { bulkhead } from 'cockatiel';
import { acquireParts } from '#edge/acquire/acquire-parts.ts';
import { createGrouping, triggerOf, type PartFrames } from '#edge/acquire/grouping.ts';
import type { Camera, FramePosition } from '#edge/camera.ts';
import type { StationControl } from '#edge/control/station-control.ts';
import type { Frame } from '#edge/frame.ts';
import { createGiver, type GiveTools, type Giver } from '#edge/give-verdicts.ts';
import { commitPart, keepFrames, type CommitTools, type KeptFrames } from '#edge/inspect/commit-part.ts';
import { closeUnseen, inspectPart, type InspectionTools } from '#edge/inspect/inspect-part.ts';
import type { InspectedPart } from '#edge/inspect/inspected-part.ts';
import { createPartProgress, type PartProgress } from '#edge/part-progress.ts';
import { reconcile, type Recovery } from '#edge/recover/reconcile.ts';
import { createLedgerView } from '#edge/recover/ledger-view.ts';
import { resumeAfter } from '#edge/recover/resume-after.ts';
import { createWantedTriggers } from '#edge/recover/wanted-triggers.ts';
import { resultOf, type OpenTrigger, type StationResult } from '#edge/station-line.ts';
import { triggerKey, type Trigger } from '#edge/trigger.ts';

/** Everything a station's inspections need. */
export interface StationTools extends InspectionTools, CommitTools, GiveTools {
  /** The camera from the frame after a position; null: from the oldest it has. */
  readonly openCamera: (after: FramePosition | null) => Camera;
  readonly newInspectionId: () => string;
  readonly frameSeen: (frame: Frame) => void;
  readonly control: Pick<StationControl, 'serve' | 'progress' | 'recipeInForce'>;
  /** Called when an inspection begins, and when all its frames are there. */
  readonly begun: (trigger: Trigger, inspectionId: string) => void;
  readonly acquired: (inspectionId: string) => void;
  /** Called once a verdict is on disk. */
  readonly decided: (part: InspectedPart, result: StationResult) => void;
}

/** Parts inspected at one time, and parts taken from the camera before it has to wait. */
const inspectedAtOnce = 2;
const takenAtOnce = 3;
/** How long the end of the process waits for verdicts on their way to the line. */
const givingGraceMs = 2_000;

/** What the functions below share. */
interface Run {
  readonly tools: StationTools;
  readonly progress: PartProgress;
  readonly giver: Giver;
  /** Work begun and not ended; it must be over before the disk is closed. */
  readonly work: Set<Promise<void>>;
  readonly fail: (error: unknown) => void;
}

/**
 * Runs a station until `stop` aborts: first what an earlier process left, then part after part. Ends when the parts in
 * flight are decided; their takt bounds that. Rejects on a condition under which no verdict can be trusted to reach the
 * disk: the next start recovers.
 */
export async function runStation(tools: StationTools, stop: AbortSignal): Promise<void> {
  const failure = Promise.withResolvers<never>();
  const ended = new AbortController();
  const progress = createPartProgress(takenAtOnce, tools.control.progress);
  const giver = createGiver(tools, ended.signal);
  const fail = (error: unknown): void => {
    tools.log.error({ err: error }, 'the inspection cannot go on');
    failure.reject(error);
  };
  const run: Run = { tools, progress, giver, work: new Set(), fail };
  try {
    await Promise.race([inspectParts(run, AbortSignal.any([stop, ended.signal])), failure.promise]);
    await Promise.race([progress.none(), new Promise((resolve) => setTimeout(resolve, givingGraceMs).unref())]);
  } catch (error) {
    if (!stop.aborted || !isAbort(error)) throw error;
  } finally {
    tools.control.serve(false);
    ended.abort();
    await Promise.allSettled(run.work);
  }
}

async function inspectParts(run: Run, stop: AbortSignal): Promise<void> {
  const { tools, progress } = run;
  const limit = bulkhead(inspectedAtOnce, Infinity);
  const commits = new Map<string, PromiseWithResolvers<StationResult | null>>();
  const ids = new Map<string, string>();
  const ledger = createLedgerView(tools.line, stop);
  const { awaited } = ledger;
  const wanted = createWantedTriggers({ outbox: tools.outbox, awaited, log: tools.log });

  const opened = ({ trigger }: PartFrames): void => {
    const row = tools.outbox.begin(trigger, tools.newInspectionId(), tools.now().toISOString());
    const committed = Promise.withResolvers<StationResult | null>();
    commits.set(triggerKey(trigger), committed);
    ids.set(triggerKey(trigger), row.inspectionId);
    tools.log.debug({ inspectionId: row.inspectionId, triggerNo: trigger.triggerNo }, 'inspection begun');
    tools.begun(trigger, row.inspectionId);
    giveWhenCommitted(run, trigger, committed.promise);
  };
  const complete = (part: PartFrames): void => {
    const key = triggerKey(part.trigger);
    const committed = commits.get(key);
    const inspectionId = ids.get(key);
    commits.delete(key);
    ids.delete(key);
    if (!committed || inspectionId === undefined) return run.fail(new Error(`part ${key} was never opened`));
    tools.acquired(inspectionId);
    const work = limit.execute(async () => {
      const inspecting = inspectPart(part, inspectionId, tools);
      // After the decoder was set to work in its threads: it takes longer than the disk.
      const kept = keepFrames(part.frames, tools);
      committed.resolve(await commit(run, await inspecting, kept));
    });
    track(run, work.catch(committed.reject));
  };

  const left = await ledger.refresh();
  await recover(run, left, null);
  await acquireParts(
    {
      camera: tools.openCamera(resumeAfter(left)),
      awaited,
      isWanted: wanted.isWanted,
      opened,
      complete,
      room: progress.room,
      nowMs: tools.nowMs,
      log: tools.log,
      grouping: createGrouping((recipeId) => tools.recipes.get(recipeId)?.recipe.deadlines.viewsMs ?? 0),
      frameSeen: tools.frameSeen,
      epochBegun: async (epoch) => {
        wanted.beginCatchUp();
        await recover(run, await ledger.refresh(), epoch);
        // Not before the camera was looked at: a part triggered while it is being connected to would be late.
        if (!stop.aborted) tools.control.serve(true);
      },
    },
    stop,
  );
  // Parts still waiting for a view stay begun; the next start closes them.
  for (const unfinished of commits.values()) unfinished.resolve(null);
  await Promise.allSettled(run.work);
}

/** Gives every trigger that an earlier process or epoch left its one verdict. Returns when they are on disk. */
async function recover(run: Run, awaited: readonly OpenTrigger[], epoch: string | null): Promise<void> {
  const { outbox } = run.tools;
  const known = awaited.map(({ epoch, triggerNo }) => outbox.find(epoch, triggerNo)).filter((row) => row !== null);
  const rows = new Map([...outbox.open(), ...known].map((row) => [row.inspectionId, row]));
  const recoveries = reconcile({ awaited, rows: [...rows.values()], active: run.progress.active, epoch });
  for (const recovery of recoveries) await recoverOne(run, recovery);
}

async function recoverOne(run: Run, recovery: Recovery): Promise<void> {
  const { tools } = run;
  const { outbox, now, log } = tools;
  if (recovery.kind === 'lost') {
    const trigger = triggerOf(recovery.trigger);
    const { inspectionId } = outbox.begin(trigger, tools.newInspectionId(), now().toISOString());
    const result = await commit(run, closeUnseen({ trigger, inspectionId }, 'lost', tools));
    return giveWhenCommitted(run, trigger, Promise.resolve(result));
  }
  const { inspectionId, trigger, verdict, sequence } = recovery.row;
  log.warn({ inspectionId, serial: trigger.serial, recovery: recovery.kind }, 'inspection taken up again');
  switch (recovery.kind) {
    case 'settle':
      return outbox.markGiven(inspectionId, now().toISOString(), '');
    case 'give': {
      if (verdict === null || sequence === null) throw new Error(`inspection ${inspectionId} has no verdict to give`);
      const result = resultOf({ trigger, inspectionId, sequence, verdict });
      return giveWhenCommitted(run, trigger, Promise.resolve(result));
    }
    case 'close': {
      const result = await commit(run, closeUnseen({ trigger, inspectionId }, 'in-flight-at-restart', tools));
      if (recovery.awaited) return giveWhenCommitted(run, trigger, Promise.resolve(result));
      return outbox.markGiven(inspectionId, now().toISOString(), 'the station does not wait for it');
    }
  }
}

async function commit({ tools }: Run, inspected: InspectedPart, kept?: KeptFrames): Promise<StationResult> {
  const { part, result } = await commitPart(inspected, tools, kept);
  const { inspectionId, verdict, recovered, timings, trigger } = part;
  const { serial, triggerNo, attempt, recipeId } = trigger;
  const stages = Object.fromEntries(Object.entries(timings).map(([stage, ms]) => [stage, Math.round(ms * 10) / 10]));
  tools.log.info(
    { inspectionId, serial, attempt, triggerNo, recipeId, verdict: verdict.verdict, recovered, ...stages },
    'inspection decided',
  );
  tools.decided(part, result);
  return result;
}

function giveWhenCommitted(run: Run, trigger: Trigger, committed: Promise<StationResult | null>): void {
  run.progress.start(trigger);
  // Not tracked as work: a verdict on its way to the line may be left to the next process, a commit may not.
  run.giver.give(committed).then(() => run.progress.end(trigger), run.fail);
}

function track({ work }: Run, task: Promise<void>): void {
  work.add(task);
  void task.finally(() => work.delete(task));
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
