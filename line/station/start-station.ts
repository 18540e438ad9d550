import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { DataType, StatusCodes } from 'node-opcua';
import { FaultError } from '#host/fault.ts';
import { stationNodes } from '#edge/opcua/station-nodes.ts';
import type { FrameMeta } from '#edge/opcua/station.schema.ts';
import type { OpenTrigger } from '#edge/station-line.ts';
import type { ShownPart, ShownView } from '#line/part-source.ts';
import { addCameraNodes } from '#line/station/camera-nodes.ts';
import { createServer, listen, type NodePlace, type ServerOptions } from '#line/station/create-server.ts';
import { createFrameRing, type FrameRing } from '#line/station/frame-ring.ts';
import { openLedger, type Ledger } from '#line/station/ledger.ts';
import { addResultNodes } from '#line/station/result-nodes.ts';

export interface StationOptions extends Omit<ServerOptions, 'pkiDir'> {
  /** Ledger and PKI folder lie below it. */
  readonly dataDir: string;
  /** New at each start. */
  readonly epoch: string;
  readonly ringFrames: number;
  readonly now: () => Date;
  readonly failed: (error: unknown) => void;
  /** Frames that the camera passes over; none unless said. */
  readonly passesOver?: (frameId: number) => boolean;
}

/** A station that serves. */
export interface Station extends AsyncDisposable {
  readonly url: string;
  readonly epoch: string;
  readonly ledger: Ledger;
  /**
   * Lets the cameras see a part: into the ledger first, then into the ring. Answers null, and does nothing, while the
   * ring would overwrite a frame of a part that has no result yet: the line stands still.
   */
  readonly trigger: (part: ShownPart) => OpenTrigger | null;
  /** Calls `listener` after each result that stands in the ledger. */
  readonly onDecided: (listener: () => void) => void;
}

/** Starts a station: a real OPC UA server with camera, ledger and result nodes. */
export async function startStation(options: StationOptions): Promise<Station> {
  await using starting = new AsyncDisposableStack();
  const ledger = starting.use(openLedger(options.dataDir));
  const { server, place } = await createServer({ ...options, pkiDir: join(options.dataDir, 'pki') });
  const decided = new EventEmitter();
  const ring = createFrameRing(options.ringFrames);
  const { epoch, passesOver = () => false } = options;
  const camera = addCameraNodes(place, { epoch, ring, passesOver });
  addLedgerNodes(place, ledger);
  addResultNodes(place, {
    take: (result) => {
      const refusal = ledger.latch(result, options.now().toISOString());
      if (refusal === null) decided.emit('decided');
      return refusal;
    },
    failed: options.failed,
  });
  starting.defer(() => server.shutdown(0));
  starting.defer(camera.close);
  const url = await listen(server, { ...options, pkiDir: join(options.dataDir, 'pki') });
  const opened = starting.move();
  return {
    url,
    epoch,
    ledger,
    trigger: (part) => {
      if (ring.atRisk(part.views.length).some((triggerNo) => ledger.isOpen(triggerNo))) return null;
      const trigger = triggerOf(part, { ledger, ring, options });
      ledger.record(trigger, part.truth);
      const capturedAt = options.now().toISOString();
      for (const view of part.views) show(ring, trigger, { part, view, capturedAt });
      camera.announce();
      return trigger;
    },
    onDecided: (listener) => void decided.on('decided', listener),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

interface Standing {
  readonly ledger: Ledger;
  readonly ring: FrameRing;
  readonly options: StationOptions;
}

function triggerOf(part: ShownPart, { ledger, ring, options }: Standing): OpenTrigger {
  if (part.views.length === 0 || part.views.length > options.ringFrames) {
    throw new FaultError(
      'COMMAND_INVALID',
      `a part of ${part.views.length} views and a ring of ${options.ringFrames}`,
      {
        place: part.serial,
        wayOut: 'Give the camera a ring that holds at least one part.',
      },
    );
  }
  const { serial, lot, productId, recipeId } = part;
  return {
    epoch: options.epoch,
    triggerNo: ledger.lastTriggerNo() + 1,
    serial,
    // A part that comes again is another attempt, whatever its source counts.
    attempt: Math.max(part.attempt, ledger.lastAttempt(serial) + 1),
    lot,
    productId,
    recipeId,
    triggeredAt: options.now().toISOString(),
    simulated: true,
    frameIds: Object.fromEntries(part.views.map((view, index) => [view.viewId, ring.newestId() + 1 + index])),
  };
}

interface Shown {
  readonly part: ShownPart;
  readonly view: ShownView;
  readonly capturedAt: string;
}

function show(ring: FrameRing, trigger: OpenTrigger, { part, view, capturedAt }: Shown): void {
  const { epoch: _epoch, frameIds: _frameIds, ...facts } = trigger;
  const { bytes, ...described } = view;
  const meta: FrameMeta = { ...facts, ...described, capturedAt, viewCount: part.views.length };
  const image = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  ring.push({ frameId: ring.newestId() + 1, triggerNo: trigger.triggerNo, meta: JSON.stringify(meta), image });
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
