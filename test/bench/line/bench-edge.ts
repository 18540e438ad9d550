import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Detect } from '#edge/detect/detect.ts';
import { createCamera } from '#edge/opcua/create-camera.ts';
import { createLineControl } from '#edge/opcua/create-line-control.ts';
import { createStationLine } from '#edge/opcua/create-station-line.ts';
import { createReviewViews } from '#edge/review/review-views.ts';
import { uuidV7 } from '#edge/uuid-v7.ts';
import { runProcess } from '#host/run-process.ts';
import { createReviewer } from '#vlm/openai/create-reviewer.ts';
import { loadPrompt, shippedPromptFile } from '#vlm/openai/load-prompt.ts';
import { profiles } from '#vlm/profiles.ts';
import { startTestEdge } from '../../support/edge-station.ts';
import { silentLog } from '../../support/silent-log.ts';
import { benchRecipe } from './parts.ts';

// An edge node as its own process, all of it but the model: it finds nothing, at once; or, where a reviewer is named, one
// doubtful defect in each part, to be asked about. `node test/bench/line/bench-edge.ts URL FOLDER WIDTH HEIGHT [REVIEWER]`
await runProcess('edge', async ({ stop, stack, ready }) => {
  const [url = '', folder = '', width = '', height = '', reviewerUrl] = process.argv.slice(2);
  const address = { url, security: 'None', pkiDir: join(folder, 'pki') } as const;
  const silent = { onState: () => undefined, onNote: () => undefined };
  const line = stack.use(await createStationLine({ address, ...silent }));
  const reviewer =
    reviewerUrl === undefined
      ? null
      : createReviewer({
          baseUrl: reviewerUrl,
          model: 'inspector-v1',
          profile: profiles['vllm/qwen2.5'],
          apiKey: null,
          prompt: await loadPrompt(shippedPromptFile),
        });
  const edge = await startTestEdge({
    folder,
    recipe: benchRecipe(Number(width), Number(height)),
    detect: reviewer ? findDoubt : findNothing,
    ...(reviewer ? { reviewViews: createReviewViews(reviewer.ask, silentLog) } : {}),
    station: { line, openCamera: (after) => createCamera({ address, layout: null, after, ...silent }) },
    newInspectionId: () => uuidV7(Date.now(), randomBytes(10)),
  });
  stack.defer(() => edge.running);
  stop.addEventListener('abort', edge.stop);
  stack.use(await createLineControl({ address, control: edge.control, plcIs: () => undefined, failed: edge.stop }));
  ready({});
  await edge.running;
});

function findNothing(): ReturnType<Detect> {
  return Promise.resolve({ detections: [], candidates: [], registration: null, inferenceMs: 0 });
}

function findDoubt(): ReturnType<Detect> {
  const box = { x1: 20, y1: 20, x2: 40, y2: 40 };
  const region = { x: 20, y: 20, widthPx: 20, heightPx: 20, runs: [0, 400] };
  const detection = { id: 'd1', label: 'spur', score: 0.45, box, areaPx: 400, region };
  return Promise.resolve({ detections: [detection], candidates: [], registration: null, inferenceMs: 0 });
}
