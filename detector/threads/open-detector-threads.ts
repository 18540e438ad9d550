import { setFrameMemoryFlags } from '#host/frame-memory.ts';
import { FaultError } from '#host/fault.ts';
import type { Image } from '#detector/image.ts';
import type { ModelManifest } from '#detector/model-manifest.ts';
import type { Detector, DetectorOptions } from '#detector/onnx/create-detector.ts';
import { startDetectorThread, type DetectorThread } from '#detector/threads/detector-thread.ts';
import { createGoldenKeys, ownPixels, type GoldenKeys } from '#detector/threads/golden-keys.ts';
import type { KeyedGolden } from '#detector/threads/messages.ts';

/** Threads that frames are looked at in, side by side. */
export interface DetectorThreads extends AsyncDisposable {
  /** As `createDetector`, in every thread; each frame goes to the thread with the least to do. */
  create(options: DetectorOptions): Promise<Detector>;
}

/** Goldens that each thread keeps: two views of so many products. */
const goldensKept = 32;

export interface DetectorThreadsOptions {
  readonly script?: URL;
  /** A frame that nobody waits for any more is let go of within this time, ms, or its thread hangs and is ended. */
  readonly patienceMs?: number;
  /** Told of each thread that ended by itself or hung. */
  readonly onEnded?: (fault: FaultError) => void;
}

// Many times what a thread needs for a window on a machine that does much else.
const defaultPatienceMs = 10_000;

/** A detector in a thread: the id with which it was opened, and what the thread read of its file. */
interface Opened {
  readonly id: number;
  readonly manifest: ModelManifest;
}

/** A thread and what it knows; the thread is null before its first use and after it ended by itself. */
interface Slot {
  readonly options: Required<DetectorThreadsOptions>;
  closed: boolean;
  thread: DetectorThread | null;
  goldens: GoldenKeys;
  /** The detectors that are open in it. */
  readonly opened: Map<DetectorOptions, Promise<Opened>>;
}

/**
 * Looks at frames in `count` threads. One that ends by itself or hangs fails the frames it had, which are doubts on their
 * parts, and is started again at once with what it had open.
 */
export function openDetectorThreads(
  count: number,
  { script, patienceMs, onEnded }: DetectorThreadsOptions = {},
): DetectorThreads {
  setFrameMemoryFlags();
  const options = {
    script: script ?? new URL('worker.ts', import.meta.url),
    patienceMs: patienceMs ?? defaultPatienceMs,
    onEnded: onEnded ?? (() => undefined),
  };
  const slots = Array.from({ length: count }, (): Slot => {
    return { options, closed: false, thread: null, goldens: createGoldenKeys(goldensKept), opened: new Map() };
  });
  return {
    async create(options) {
      const [opened] = await Promise.all(slots.map((slot) => openIn(slot, options)));
      if (!opened) throw new RangeError('a detector needs at least one thread');
      return detectorOf(slots, options, opened.manifest);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(slots.map(endSlot));
    },
  };
}

async function endSlot(slot: Slot): Promise<void> {
  slot.closed = true;
  await slot.thread?.end();
}

function threadOf(slot: Slot): DetectorThread {
  if (slot.closed) throw new Error('the detector threads are closed');
  const { script, patienceMs, onEnded } = slot.options;
  slot.thread ??= startDetectorThread({
    script,
    patienceMs,
    ended: (fault) => {
      onEnded(fault);
      startAgain(slot);
    },
  });
  return slot.thread;
}

/** Opens again what was open; one that ended before it had opened anything is not tried again until it is needed. */
function startAgain(slot: Slot): void {
  const before = [...slot.opened];
  slot.thread = null;
  slot.goldens = createGoldenKeys(goldensKept);
  slot.opened.clear();
  if (slot.closed) return;
  for (const [options, opened] of before) {
    opened.then(
      () => openIn(slot, options).catch(() => undefined), // told to the next frame, which opens it again
      () => undefined,
    );
  }
}

function openIn(slot: Slot, options: DetectorOptions): Promise<Opened> {
  const known = slot.opened.get(options);
  if (known) return known;
  const opened = threadOf(slot)
    .ask({ kind: 'open', options })
    .then((message): Opened => {
      if (message.kind !== 'opened') throw new TypeError(`a thread answered ${message.kind}`);
      return message;
    });
  slot.opened.set(options, opened);
  opened.catch(() => {
    if (slot.opened.get(options) === opened) slot.opened.delete(options);
  });
  return opened;
}

function detectorOf(slots: readonly Slot[], options: DetectorOptions, manifest: ModelManifest): Detector {
  let closed = false;
  return {
    manifest,
    async detect(image, golden, signal, dontCare = []) {
      if (closed) throw new Error('the detector is closed');
      const slot = slots.reduce((least, other) => (waiting(other) < waiting(least) ? other : least));
      const opened = await openIn(slot, options);
      if (opened.manifest.sha256 !== manifest.sha256) throw await refuse(slot, options, opened, manifest);
      const detector = opened.id;
      // Before the golden counts as sent.
      signal?.throwIfAborted();
      const question = { kind: 'detect', detector, image: ownPixels(image), dontCare } as const;
      const named = golden && nameGolden(slot, golden);
      const answer = await threadOf(slot).ask({ ...question, golden: named }, signal);
      if (answer.kind !== 'found') throw new TypeError(`a thread answered ${answer.kind}`);
      return answer.detections;
    },
    async [Symbol.asyncDispose]() {
      closed = true;
      await Promise.all(slots.map((slot) => closeIn(slot, options)));
    },
  };
}

/** A thread that was started again reads the file again, and every record carries the digest of the first reading. */
async function refuse(slot: Slot, options: DetectorOptions, again: Opened, first: ModelManifest): Promise<FaultError> {
  await closeIn(slot, options);
  return new FaultError('MODEL_DIGEST_MISMATCH', `SHA-256 is ${again.manifest.sha256}, ${first.sha256} runs`, {
    place: `model ${first.name}`,
    wayOut: 'Put back the file that runs, or restart the edge node to take the new one.',
  });
}

function waiting({ thread }: Slot): number {
  return thread?.waiting() ?? 0;
}

async function closeIn(slot: Slot, options: DetectorOptions): Promise<void> {
  const opened = slot.opened.get(options);
  slot.opened.delete(options);
  if (opened) await threadOf(slot).ask({ kind: 'close', detector: (await opened).id });
}

function nameGolden(slot: Slot, image: Image): KeyedGolden {
  const { golden, forget } = slot.goldens.name(image);
  for (const key of forget) threadOf(slot).tell({ kind: 'forget', key });
  return golden;
}
