import { EventEmitter } from 'node:events';
import { FaultError } from '#host/fault.ts';
import type { FrameMeta } from '#edge/opcua/station.schema.ts';
import type { OpenTrigger } from '#edge/station-line.ts';
import type { ShownPart, ShownView } from '#line/part-source.ts';
import { createBadDay, frameFaults, type BadDay, type FrameFault } from '#line/station/faults/bad-day.ts';
import { createServerLife } from '#line/station/faults/server-life.ts';
import { openLedger, type Ledger } from '#line/station/ledger.ts';
import { createTriggerGate, type TriggerGate } from '#line/station/trigger-gate.ts';
import { serveStation, type ServedOptions, type ServedStation } from '#line/station/serve-station.ts';

export interface StationOptions extends Omit<ServedOptions, 'epoch'> {
  /** Answers another one at each start of the camera. */
  readonly newEpoch: () => string;
  readonly now: () => Date;
  readonly failed: (error: unknown) => void;
  /** Whether a PLC asks for the parts and acknowledges the results; without one results count once in the ledger. */
  readonly withPlc?: boolean;
  /** Faults to come; none unless told. */
  readonly badDay?: BadDay;
}

/** A station that serves. */
export interface Station extends AsyncDisposable {
  readonly url: string;
  readonly epoch: string;
  readonly ledger: Ledger;
  /**
   * Lets the cameras see a part: into the ledger first, then into the ring. Answers null, and does nothing, while the
   * server is away or the ring would overwrite a frame of a part that has no result yet: the line stands still.
   */
  readonly trigger: (part: ShownPart) => OpenTrigger | null;
  readonly gate: TriggerGate;
  /** Calls `listener` after each result that stands in the ledger. */
  readonly onDecided: (listener: () => void) => void;
}

/** Starts a station: a real OPC UA server with camera, ledger and result nodes. */
export async function startStation(options: StationOptions): Promise<Station> {
  await using starting = new AsyncDisposableStack();
  const { badDay = createBadDay() } = options;
  const ledger = starting.use(openLedger(options.dataDir));
  const decided = new EventEmitter();
  const tools = {
    ledger,
    badDay,
    take: (result: Parameters<Ledger['latch']>[0]) => {
      const refusal = ledger.latch(result, options.now().toISOString());
      if (refusal === null) decided.emit('decided');
      return refusal;
    },
    failed: options.failed,
    withPlc: options.withPlc ?? false,
    gate: createTriggerGate(),
  };
  const first = await serveStation({ ...options, epoch: options.newEpoch() }, tools);
  // The port outlives a restart, else nobody would find the server again.
  const port = Number(new URL(first.url.replace('opc.tcp:', 'http:')).port);
  const life = starting.use(
    createServerLife(first, {
      serve: (changed) => serveStation({ ...options, port, ...changed, epoch: options.newEpoch() }, tools),
      dataDir: options.dataDir,
      badDay,
      failed: options.failed,
    }),
  );
  const opened = starting.move();
  let newest = first;
  return {
    url: first.url,
    get epoch() {
      return (newest = life.served() ?? newest).epoch;
    },
    ledger,
    trigger: (part) => {
      const served = life.served();
      return served && trigger(part, { served, ledger, badDay, options });
    },
    gate: tools.gate,
    onDecided: (listener) => void decided.on('decided', listener),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

interface Standing {
  readonly served: ServedStation;
  readonly ledger: Ledger;
  readonly badDay: BadDay;
  readonly options: StationOptions;
}

function trigger(part: ShownPart, standing: Standing): OpenTrigger | null {
  const { served, ledger, badDay, options } = standing;
  const { ring } = served;
  if (ring.atRisk(part.views.length).some((triggerNo) => ledger.isOpen(triggerNo))) return null;
  const made = triggerOf(part, standing);
  const faults = part.views.map(() => badDay.takeOneOf(frameFaults));
  const known = [...(part.truth.faults ?? []), ...faults.filter((fault) => fault !== null)];
  ledger.record(made, known.length === 0 ? part.truth : { ...part.truth, faults: known });
  const capturedAt = options.now().toISOString();
  part.views.forEach((view, index) => show(served, made, { part, view, capturedAt, fault: faults[index] ?? null }));
  served.announce();
  return made;
}

function triggerOf(part: ShownPart, { ledger, served, options }: Standing): OpenTrigger {
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
    epoch: served.epoch,
    triggerNo: ledger.lastTriggerNo() + 1,
    serial,
    // A part that comes again is another attempt, whatever its source counts.
    attempt: Math.max(part.attempt, ledger.lastAttempt(serial) + 1),
    lot,
    productId,
    recipeId,
    triggeredAt: options.now().toISOString(),
    simulated: true,
    challenge: part.challenge ?? false,
    frameIds: Object.fromEntries(part.views.map((view, index) => [view.viewId, served.ring.newestId() + 1 + index])),
  };
}

interface Shown {
  readonly part: ShownPart;
  readonly view: ShownView;
  readonly capturedAt: string;
  readonly fault: FrameFault | null;
}

function show({ ring, delivery }: ServedStation, made: OpenTrigger, { part, view, capturedAt, fault }: Shown): void {
  if (fault === 'lose') return ring.skip();
  const { epoch: _epoch, frameIds: _frameIds, ...facts } = made;
  const { bytes, ...described } = view;
  const meta: FrameMeta = { ...facts, ...described, capturedAt, viewCount: part.views.length };
  const text = JSON.stringify(meta);
  const image = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frameId = ring.newestId() + 1;
  if (fault) delivery.mark(frameId, fault);
  ring.push({
    frameId,
    triggerNo: made.triggerNo,
    meta: fault === 'garble' ? text.slice(0, text.length >> 1) : text,
    image,
  });
}
