import { parentPort, type MessagePort } from 'node:worker_threads';
import { FaultError } from '#host/fault.ts';
import { plainFault } from '#host/plain-fault.ts';
import type { Image } from '#detector/image.ts';
import { createDetector, type Detector } from '#detector/onnx/create-detector.ts';
import type { FromDetectorThread, KeyedGolden, ToDetectorThread } from '#detector/threads/messages.ts';

// A thread of its own: the network and the registration of a part block for tens of milliseconds.
if (parentPort === null) throw new Error('the detector thread runs as a worker alone');
serve(parentPort);

function serve(port: MessagePort): void {
  const detectors = new Map<number, Detector>();
  const goldens = new Map<number, Image>();
  const running = new Map<number, AbortController>();
  const answer = async (
    message: Exclude<ToDetectorThread, { kind: 'cancel' | 'forget' }>,
  ): Promise<FromDetectorThread> => {
    const { id } = message;
    if (message.kind === 'open') {
      const detector = await createDetector(message.options);
      detectors.set(id, detector);
      return { kind: 'opened', id, manifest: detector.manifest };
    }
    // Before anything can fail: the other side counts the golden as sent.
    const golden = message.kind === 'detect' && message.golden ? goldenOf(goldens, message.golden) : null;
    const detector = detectors.get(message.detector);
    if (!detector) throw new Error('the detector is closed');
    if (message.kind === 'close') {
      detectors.delete(message.detector);
      await detector[Symbol.asyncDispose]();
      return { kind: 'closed', id };
    }
    const stopper = new AbortController();
    running.set(id, stopper);
    const detections = await detector.detect(message.image, golden, stopper.signal, message.dontCare);
    return { kind: 'found', id, detections };
  };
  port.on('message', (message: ToDetectorThread) => {
    if (message.kind === 'cancel') return running.get(message.id)?.abort();
    if (message.kind === 'forget') return goldens.delete(message.key);
    return answer(message)
      .catch((error: unknown) => failure(message.id, error))
      .then((told) => {
        running.delete(message.id);
        port.postMessage(told);
      });
  });
}

function goldenOf(goldens: Map<number, Image>, { key, image }: KeyedGolden): Image {
  const golden = image ?? goldens.get(key);
  if (!golden) throw new Error('the golden was never sent');
  goldens.set(key, golden);
  return golden;
}

function failure(id: number, error: unknown): FromDetectorThread {
  if (error instanceof FaultError) return { kind: 'refused', id, fault: plainFault(error) };
  return { kind: 'failed', id, message: error instanceof Error ? error.message : String(error) };
}
