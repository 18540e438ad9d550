import { DataType, StatusCodes, Variant, type AddressSpace } from 'node-opcua';
import { faultTable, isFaultName, serverFaults, type BadDay } from '#line/station/faults/bad-day.ts';

/** Namespace of what no real station has. */
export const simulatorNamespace = 'urn:hairline:simulator';

const answerMs = 500;

export const simulatorNodes = {
  simulator: 'Simulator',
  strike: 'Simulator.Strike',
  faults: 'Simulator.Faults',
} as const;

/** Adds the object Simulator, in a namespace of its own: the switch for faults of a bad day. */
export function addSimulatorNodes(addressSpace: AddressSpace, badDay: BadDay): void {
  const namespace = addressSpace.registerNamespace(simulatorNamespace);
  const object = namespace.addObject({
    browseName: 'Simulator',
    nodeId: `s=${simulatorNodes.simulator}`,
    organizedBy: addressSpace.rootFolder.objects,
  });
  namespace.addVariable({
    componentOf: object,
    browseName: 'Faults',
    description: 'What is still to strike, as JSON; the names are those of Strike',
    nodeId: `s=${simulatorNodes.faults}`,
    dataType: DataType.String,
    accessLevel: 'CurrentRead',
    value: { get: () => new Variant({ dataType: DataType.String, value: JSON.stringify(badDay.left()) }) },
  });
  const method = namespace.addMethod(object, {
    browseName: 'Strike',
    description: `Faults: ${Object.keys(faultTable).join(', ')}`,
    nodeId: `s=${simulatorNodes.strike}`,
    inputArguments: [
      { name: 'fault', dataType: DataType.String },
      { name: 'amount', dataType: DataType.UInt32 },
    ],
    outputArguments: [{ name: 'left', dataType: DataType.String }],
  });
  method.bindMethod((inputs, _context, callback) => {
    const [fault, amount] = inputs.map((input) => input.value as unknown);
    if (!isFaultName(fault)) return callback(null, { statusCode: StatusCodes.BadInvalidArgument });
    const strike = (): void => badDay.strike(fault, Number(amount));
    // A fault of the server ends it: the answer goes out before.
    if (serverFaults.some((one) => one === fault)) setTimeout(strike, answerMs);
    else strike();
    const left = { dataType: DataType.String, value: JSON.stringify(badDay.left()) };
    callback(null, { statusCode: StatusCodes.Good, outputArguments: [left] });
  });
}
