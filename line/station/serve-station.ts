import { join } from 'node:path';
import { DataType, StatusCodes } from 'node-opcua';
import { stationNodes } from '#edge/opcua/station-nodes.ts';
import { addCameraNodes } from '#line/station/camera-nodes.ts';
import { addControlNodes } from '#line/station/control-nodes.ts';
import { createServer, listen, type NodePlace, type ServerOptions } from '#line/station/create-server.ts';
import type { BadDay } from '#line/station/faults/bad-day.ts';
import { createDelivery, type Delivery } from '#line/station/faults/delivery.ts';
import { addSimulatorNodes } from '#line/station/faults/simulator-nodes.ts';
import { createFrameRing, type FrameRing } from '#line/station/frame-ring.ts';
import type { Ledger } from '#line/station/ledger.ts';
import { addResultNodes, type ResultTaker } from '#line/station/result-nodes.ts';
import type { TriggerGate } from '#line/station/trigger-gate.ts';
import { addTriggerNodes } from '#line/station/trigger-nodes.ts';

export interface ServedOptions extends Omit<ServerOptions, 'pkiDir'> {
  /** The PKI folder lies below it. */
  readonly dataDir: string;
  readonly epoch: string;
  readonly ringFrames: number;
}

export interface ServedTools extends ResultTaker {
  readonly ledger: Ledger;
  readonly badDay: BadDay;
  readonly gate: TriggerGate;
}

/** One life of a station's server: an epoch and its ring. */
export interface ServedStation extends AsyncDisposable {
  readonly url: string;
  readonly epoch: string;
  readonly ring: FrameRing;
  readonly delivery: Delivery;
  /** Answers those who wait for a frame. */
  readonly announce: () => void;
}

/** PKI folder of a station. */
export function stationPki(dataDir: string): string {
  return join(dataDir, 'pki');
}

/** Serves camera, ledger, result and the simulator's own nodes. @throws FaultError PORT_IN_USE */
export async function serveStation(options: ServedOptions, tools: ServedTools): Promise<ServedStation> {
  await using starting = new AsyncDisposableStack();
  const serverOptions = { ...options, pkiDir: stationPki(options.dataDir) };
  const { server, place } = await createServer(serverOptions);
  const { epoch } = options;
  const ring = createFrameRing(options.ringFrames);
  const delivery = createDelivery(ring, tools.badDay);
  const camera = addCameraNodes(place, { epoch, ring, delivery });
  addLedgerNodes(place, tools.ledger);
  addResultNodes(place, tools);
  addTriggerNodes(place, tools.gate);
  addControlNodes(place);
  addSimulatorNodes(place.addressSpace, tools.badDay);
  starting.defer(() => server.shutdown(0));
  starting.defer(camera.close);
  const url = await listen(server, serverOptions);
  const opened = starting.move();
  const close = (): Promise<void> => opened.disposeAsync();
  return { url, epoch, ring, delivery, announce: camera.announce, [Symbol.asyncDispose]: close };
}

function addLedgerNodes(place: NodePlace, ledger: Ledger): void {
  const object = place.addObject(stationNodes.ledger);
  const method = place.namespace.addMethod(object, {
    browseName: 'OpenTriggers',
    nodeId: `s=${stationNodes.openTriggers}`,
    inputArguments: [],
    outputArguments: [{ name: 'triggers', dataType: DataType.String }],
  });
  method.bindMethod((_inputs, _context, callback) => {
    const value = JSON.stringify(ledger.open());
    callback(null, { statusCode: StatusCodes.Good, outputArguments: [{ dataType: DataType.String, value }] });
  });
}
