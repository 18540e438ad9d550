import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { runProcess } from '#host/run-process.ts';
import { createCamera } from '#edge/opcua/create-camera.ts';
import { createLineControl } from '#edge/opcua/create-line-control.ts';
import { createStationLine } from '#edge/opcua/create-station-line.ts';
import { uuidV7 } from '#edge/uuid-v7.ts';
import { boardRecipe, startTestEdge } from './edge-station.ts';

// An edge node as its own process, to be killed: all of it but the model, which finds a white corner instead and is
// there at once. `node test/support/board-edge.ts URL FOLDER`
await runProcess('edge', async ({ stop, stack, ready }) => {
  const [url = '', folder = ''] = process.argv.slice(2);
  const address = { url, security: 'None', pkiDir: join(folder, 'pki') } as const;
  const silent = { onState: () => undefined, onNote: () => undefined };
  const line = stack.use(await createStationLine({ address, ...silent }));
  const edge = await startTestEdge({
    folder,
    // Long enough for a busy machine: what is asked here is whose verdict a part gets, not how soon.
    recipe: boardRecipe({ taktMs: 60_000 }),
    station: { line, openCamera: (after) => createCamera({ address, layout: null, after, ...silent }) },
    newInspectionId: () => uuidV7(Date.now(), randomBytes(10)),
  });
  stack.defer(() => edge.running);
  stop.addEventListener('abort', edge.stop);
  const failed = (error: unknown): void => {
    throw error;
  };
  stack.use(await createLineControl({ address, control: edge.control, plcIs: () => undefined, failed }));
  ready({});
  await edge.running;
});
