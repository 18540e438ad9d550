import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { FaultError } from '#host/fault.ts';
import { plainFault } from '#host/plain-fault.ts';
import { startVisionServer, type VisionServer } from '#edge/machine-vision/start-vision-server.ts';
import { noId } from '#edge/machine-vision/vision-ids.ts';
import type { FromVisionWorker, ToVisionWorker, VisionServerOptions } from '#edge/machine-vision/vision-messages.ts';
import { lineJob, toVisionResult, type VisionResult } from '#edge/machine-vision/vision-results.ts';
import { inspectionMessageSchema, type InspectionMessage } from '#edge/messages.schema.ts';
import { prepareOpcua } from '#edge/opcua/transport.ts';

// A thread of its own: loading the node sets blocks for over a second, every handshake and answer for as long as it takes
// to encrypt, and how often is for clients outside the station to say. The takt runs on the main thread.
if (parentPort === null) throw new Error('the vision worker runs as a worker alone');
await serve(parentPort, workerData as VisionServerOptions);

async function serve(port: MessagePort, options: VisionServerOptions): Promise<void> {
  const post = (message: FromVisionWorker): void => port.postMessage(message);
  const stopped = Promise.withResolvers<void>();
  prepareOpcua((text) => post({ kind: 'note', text }));
  try {
    await using server = await startVisionServer(options, (text) => post({ kind: 'told', text }));
    for (const body of options.committed) server.system.results.add(earlierResult(body));
    hear(server, { kind: 'health', components: options.components });
    port.on('message', (message: ToVisionWorker) =>
      message.kind === 'stop' ? stopped.resolve() : hear(server, message),
    );
    post({ kind: 'serving', url: server.url });
    await stopped.promise;
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    post({ kind: 'fault', fault: plainFault(error) });
  } finally {
    port.close();
  }
}

function hear({ system, conditions, load }: VisionServer, message: Exclude<ToVisionWorker, { kind: 'stop' }>): void {
  switch (message.kind) {
    case 'begun':
      return system.begun(message.part);
    case 'acquired':
      return system.acquired(message.inspectionId);
    case 'committed':
      return system.committed(parse(message.body), message.body);
    case 'loaded':
      return load(message.loaded);
    case 'health':
      return system.setFaulted(conditions.show(message.components));
  }
}

/** Decided by an earlier process: whose jobs and configuration that had are not known any more. */
function earlierResult(body: string): VisionResult {
  return toVisionResult(parse(body), body, { job: lineJob, configuration: noId });
}

function parse(body: string): InspectionMessage {
  return inspectionMessageSchema.parse(JSON.parse(body));
}
