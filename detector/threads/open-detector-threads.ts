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

/** A thread and what it knows; the thread is null before its first use and after it ended by itself. */
interface Slot {
  readonly script: URL;
  closed: boolean;
  thread: DetectorThread | null;
  goldens: GoldenKeys;
  /** Ids of the detectors that are open in it. */
  readonly opened: Map<DetectorOptions, Promise<number>>;
}

/**
 * Looks at frames in `count` threads. One that ends by itself fails the frames it had, which are doubts on their parts,
 * and is started again for the next.
 */
export function openDetectorThreads(
  count: number,
  script: URL = new URL('worker.ts', import.meta.url),
): DetectorThreads {
  setFrameMemoryFlags();
  const slots = Array.from({ length: count }, (): Slot => {
    return { script, closed: false, thread: null, goldens: createGoldenKeys(goldensKept), opened: new Map() };
  });
  return {
    async create(options) {
      const [manifest] = await Promise.all(slots.map((slot) => openIn(slot, options)));
      if (!manifest) throw new RangeError('a detector needs at least one thread');
      return detectorOf(slots, options, manifest);
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
  slot.thread ??= startDetectorThread(slot.script, () => {
    slot.thread = null;
    slot.goldens = createGoldenKeys(goldensKept);
    slot.opened.clear();
  });
  return slot.thread;
}

async function openIn(slot: Slot, options: DetectorOptions): Promise<ModelManifest> {
  const answer = threadOf(slot).ask({ kind: 'open', options });
  const id = answer.then((message) => message.id);
  slot.opened.set(options, id);
  id.catch(() => slot.opened.delete(options));
  const message = await answer;
  if (message.kind !== 'opened') throw new TypeError(`a thread answered ${message.kind}`);
  return message.manifest;
}

function detectorOf(slots: readonly Slot[], options: DetectorOptions, manifest: ModelManifest): Detector {
  let closed = false;
  return {
    manifest,
    async detect(image, golden, signal, dontCare = []) {
      if (closed) throw new Error('the detector is closed');
      const slot = slots.reduce((least, other) => (waiting(other) < waiting(least) ? other : least));
      if (!slot.opened.has(options)) await openAgain(slot, options, manifest);
      const detector = (await slot.opened.get(options)) ?? Number.NaN;
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
async function openAgain(slot: Slot, options: DetectorOptions, first: ModelManifest): Promise<void> {
  const again = await openIn(slot, options);
  if (again.sha256 === first.sha256) return;
  await closeIn(slot, options);
  throw new FaultError('MODEL_DIGEST_MISMATCH', `SHA-256 is ${again.sha256}, ${first.sha256} runs`, {
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
  if (opened) await threadOf(slot).ask({ kind: 'close', detector: await opened });
}

function nameGolden(slot: Slot, image: Image): KeyedGolden {
  const { golden, forget } = slot.goldens.name(image);
  for (const key of forget) threadOf(slot).tell({ kind: 'forget', key });
  return golden;
}
