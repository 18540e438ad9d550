import { DataType } from 'node-opcua';
import { readNodes, writeNodes, type NodeValue } from '#edge/opcua/node-values.ts';
import type { StationSession } from '#edge/opcua/open-session.ts';
import type { PlcInputs, PlcOutputs } from '#line/plc/plc-image.ts';

type Defaults = { readonly [Name in keyof PlcInputs]: PlcInputs[Name] };

/** What stands for a value of another type than agreed: nothing that could be taken for an OK. */
const nothing: Defaults = {
  resultReady: false,
  edgeHeartbeat: 0,
  edgeReady: false,
  edgeError: true,
  edgeLocked: true,
  edgeDeadlineMs: 0,
  edgeRecipeId: '',
  edgeRecipeDone: false,
  edgeRecipeRefusal: '',
  triggerTaken: false,
  triggerEpoch: '',
  triggerNo: 0,
  triggerSerial: '',
  resultRefusal: '?',
  resultSequence: 0,
  resultEpoch: '',
  resultTriggerNo: 0,
  resultSerial: '',
  resultInspectionId: '',
  resultVerdict: 0,
  resultOk: false,
  resultNg: true,
};
const inputNodes = Object.keys(nothing) as (keyof PlcInputs)[];

/** Reads all inputs in one call. */
export async function readInputs(station: StationSession): Promise<PlcInputs> {
  const read = await readNodes(station, inputNodes);
  const checked = inputNodes.map((name) => [
    name,
    typeof read[name] === typeof nothing[name] ? read[name] : nothing[name],
  ]);
  return Object.fromEntries(checked) as PlcInputs;
}

const outputTypes: { readonly [Name in keyof PlcOutputs]: DataType } = {
  plcHeartbeat: DataType.UInt32,
  plcRecipeId: DataType.String,
  plcRecipeRequest: DataType.Boolean,
  triggerChallenge: DataType.Boolean,
  triggerRequest: DataType.Boolean,
  resultPlcAck: DataType.Boolean,
};

/** Writes the outputs that differ from those written before, in one call; data stand before the level they go with. */
export async function writeOutputs(
  station: StationSession,
  outputs: PlcOutputs,
  before: PlcOutputs | null,
): Promise<void> {
  const names = Object.keys(outputTypes) as (keyof PlcOutputs)[];
  const changed = names.filter((name) => before === null || outputs[name] !== before[name]);
  if (changed.length === 0) return;
  await writeNodes(
    station,
    changed.map((name): NodeValue => [name, outputTypes[name], outputs[name]]),
  );
}
