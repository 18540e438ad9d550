import { judgeResult } from '#line/plc/judge-result.ts';
import type { GateMove, PartOnTheWay, PlcInputs, PlcOutputs } from '#line/plc/plc-image.ts';

/** What the PLC remembers from one cycle to the next. */
export interface PlcMemory {
  readonly outputs: PlcOutputs;
  /** Parts between camera and gate, oldest first. */
  readonly onTheWay: readonly PartOnTheWay[];
  readonly edgeBeat: number;
  readonly edgeBeatMs: number;
  /** When the picture was last asked for. */
  readonly askedMs: number;
  readonly nextPartMs: number;
  /** A known bad part is to be shown before the next ordinary one. */
  readonly challengeDue: boolean;
  readonly locked: boolean;
  readonly recipe: 'wanted' | 'in-force' | 'refused';
  /** The recipe last seen in force; '' before. */
  readonly recipeSeen: string;
}

export interface PlcSettings {
  readonly intervalMs: number;
  /** Recipe to ask for; '' leaves the one in force. */
  readonly recipeId: string;
  /** Whether known bad parts are shown: at start, after a recipe change and after a lock. */
  readonly challenges: boolean;
}

/** An edge node whose heartbeat stands still for so long is taken for dead: as if Error were on. */
export const edgeSilentMs = 2000;

/** The PLC's own heartbeat rises so often. */
const beatMs = 250;

/** Parts that fit between camera and gate. */
const placesOnTheWay = 4;

export function startMemory(nowMs: number, { recipeId, challenges }: PlcSettings): PlcMemory {
  const outputs = { plcHeartbeat: 0, plcRecipeId: recipeId, plcRecipeRequest: false };
  return {
    outputs: { ...outputs, triggerChallenge: false, triggerRequest: false, resultPlcAck: false },
    challengeDue: challenges,
    locked: false,
    onTheWay: [],
    // Nobody is alive whose heart was not seen to beat.
    edgeBeat: Number.NaN,
    edgeBeatMs: Number.NEGATIVE_INFINITY,
    askedMs: nowMs,
    nextPartMs: nowMs,
    recipe: recipeId === '' ? 'in-force' : 'wanted',
    recipeSeen: '',
  };
}

/**
 * One cycle of the PLC: inputs and memory in, outputs and moves of the gate out. Pure, as a PLC's program is.
 * The gate opens for a part only on an OK that names this very part, before its deadline; everything else is NG.
 */
export function scan(
  before: PlcMemory,
  inputs: PlcInputs,
  settings: PlcSettings,
  nowMs: number,
): { readonly memory: PlcMemory; readonly moves: readonly GateMove[] } {
  const beaten = watchEdge(before, inputs, nowMs);
  const edgeAlive = nowMs - beaten.edgeBeatMs < edgeSilentMs && !inputs.edgeError;
  const proving = watchRecipe(watchLock(requestRecipe(beaten, inputs), inputs, settings), inputs, settings);
  const taken = takeTrigger(proving, inputs);
  const judged = takeResult(taken, inputs, { edgeAlive, nowMs });
  const { memory, moves } = rejectOverdue(judged.memory, nowMs);
  const asking = askForPart(memory, inputs, { settings, edgeAlive, nowMs });
  const plcHeartbeat = Math.floor(nowMs / beatMs) % 2 ** 32;
  return {
    memory: { ...asking, outputs: { ...asking.outputs, plcHeartbeat } },
    moves: [...judged.moves, ...moves],
  };
}

function watchEdge(memory: PlcMemory, { edgeHeartbeat }: PlcInputs, nowMs: number): PlcMemory {
  if (edgeHeartbeat === memory.edgeBeat) return memory;
  // The first value seen proves nothing: it may be that of a node long dead.
  const edgeBeatMs = Number.isNaN(memory.edgeBeat) ? memory.edgeBeatMs : nowMs;
  return { ...memory, edgeBeat: edgeHeartbeat, edgeBeatMs };
}

function requestRecipe(memory: PlcMemory, inputs: PlcInputs): PlcMemory {
  const { outputs, recipe } = memory;
  if (outputs.plcRecipeRequest) {
    if (!inputs.edgeRecipeDone) return memory;
    const inForce = inputs.edgeRecipeRefusal === '' && inputs.edgeRecipeId === outputs.plcRecipeId;
    // Busy passes: it is asked again. What is refused otherwise waits for a person.
    const refused = inputs.edgeRecipeRefusal === 'busy' ? 'wanted' : 'refused';
    return withOutputs({ ...memory, recipe: inForce ? 'in-force' : refused }, { plcRecipeRequest: false });
  }
  const mayAsk = recipe === 'wanted' && !inputs.edgeRecipeDone && memory.onTheWay.length === 0;
  return mayAsk ? withOutputs(memory, { plcRecipeRequest: true }) : memory;
}

/** Whoever released the station says that it inspects again; a known bad part proves it. */
function watchLock(memory: PlcMemory, { edgeLocked }: PlcInputs, { challenges }: PlcSettings): PlcMemory {
  const released = memory.locked && !edgeLocked;
  return { ...memory, locked: edgeLocked, challengeDue: memory.challengeDue || (released && challenges) };
}

/** Whoever put another recipe in force, a known bad part proves that it finds; a station just started names none. */
function watchRecipe(memory: PlcMemory, { edgeRecipeId }: PlcInputs, { challenges }: PlcSettings): PlcMemory {
  if (edgeRecipeId === '' || edgeRecipeId === memory.recipeSeen) return memory;
  const changed = memory.recipeSeen !== '';
  return { ...memory, recipeSeen: edgeRecipeId, challengeDue: memory.challengeDue || (changed && challenges) };
}

/** The station tells which part stands before the camera: from now on the gate knows it. */
function takeTrigger(memory: PlcMemory, inputs: PlcInputs): PlcMemory {
  if (!memory.outputs.triggerRequest || !inputs.triggerTaken) return memory;
  const { triggerEpoch: epoch, triggerNo, triggerSerial: serial, edgeDeadlineMs } = inputs;
  const { askedMs } = memory;
  const { triggerChallenge: challenge } = memory.outputs;
  const part = { epoch, triggerNo, serial, challenge, askedMs, deadlineMs: askedMs + edgeDeadlineMs };
  const challengeDue = memory.challengeDue && !challenge;
  return withOutputs({ ...memory, challengeDue, onTheWay: [...memory.onTheWay, part] }, { triggerRequest: false });
}

interface Now {
  readonly edgeAlive: boolean;
  readonly nowMs: number;
}

interface Judged {
  readonly memory: PlcMemory;
  readonly moves: readonly GateMove[];
}

/** Acknowledges by level; looks at a result once, when it first stands there. */
function takeResult(memory: PlcMemory, inputs: PlcInputs, { edgeAlive, nowMs }: Now): Judged {
  const stands = inputs.resultReady && inputs.resultRefusal === '';
  const acknowledged = withOutputs(memory, { resultPlcAck: stands });
  if (!stands || memory.outputs.resultPlcAck) return { memory: acknowledged, moves: [] };
  const part = memory.onTheWay.find(
    ({ epoch, triggerNo, serial }) =>
      epoch === inputs.resultEpoch && triggerNo === inputs.resultTriggerNo && serial === inputs.resultSerial,
  );
  // Of a part that is gone already, or of none that this PLC knows: it moves nothing.
  if (!part) return { memory: acknowledged, moves: [] };
  const why = nowMs >= part.deadlineMs ? 'deadline' : judgeResult(inputs, edgeAlive);
  const { resultSequence: sequence, resultInspectionId: inspectionId } = inputs;
  const opens = why === 'ok' && !part.challenge;
  const told = why === 'ok' && part.challenge ? 'challenge' : why;
  const move: GateMove = { part, gate: opens ? 'ok' : 'ng', why: told, atMs: nowMs, sequence, inspectionId };
  return { memory: { ...acknowledged, onTheWay: memory.onTheWay.filter((one) => one !== part) }, moves: [move] };
}

function rejectOverdue(memory: PlcMemory, nowMs: number): Judged {
  const overdue = memory.onTheWay.filter(({ deadlineMs }) => nowMs >= deadlineMs);
  const moves = overdue.map((part): GateMove => {
    return { part, gate: 'ng', why: 'deadline', atMs: nowMs, sequence: null, inspectionId: '' };
  });
  return { memory: { ...memory, onTheWay: memory.onTheWay.filter((part) => !overdue.includes(part)) }, moves };
}

/** Asks for the next picture when one is due and the edge node takes it up; the line stands still otherwise. */
function askForPart(
  memory: PlcMemory,
  inputs: PlcInputs,
  { settings, edgeAlive, nowMs }: Now & { readonly settings: PlcSettings },
): PlcMemory {
  const free = !memory.outputs.triggerRequest && !inputs.triggerTaken && memory.onTheWay.length < placesOnTheWay;
  const may = memory.recipe === 'in-force' && edgeAlive && inputs.edgeReady && !inputs.edgeLocked;
  // A known bad part is waited for: what comes after it counts on its verdict.
  if (memory.onTheWay.some(({ challenge }) => challenge)) return memory;
  if (!free || !may || nowMs < memory.nextPartMs) return memory;
  // Steady as long as it keeps up; what was missed is not made up for.
  const nextPartMs = Math.max(memory.nextPartMs, nowMs - settings.intervalMs) + settings.intervalMs;
  const triggerChallenge = memory.challengeDue;
  return withOutputs({ ...memory, askedMs: nowMs, nextPartMs }, { triggerChallenge, triggerRequest: true });
}

function withOutputs(memory: PlcMemory, changed: Partial<PlcOutputs>): PlcMemory {
  return { ...memory, outputs: { ...memory.outputs, ...changed } };
}
