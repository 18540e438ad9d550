import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { FaultError } from '#host/fault.ts';
import type { Log } from '#host/log.ts';
import type { Health } from '#edge/health.ts';
import type { StationRecipes } from '#edge/inspect/station-recipes.ts';
import type { Loaded, VisionRecipe } from '#edge/machine-vision/vision-ids.ts';
import type { FromVisionWorker, ToVisionWorker, VisionServerOptions } from '#edge/machine-vision/vision-messages.ts';
import { resultLimits } from '#edge/machine-vision/vision-system.ts';
import type { Outbox } from '#edge/outbox/outbox.ts';
import type { Trigger } from '#edge/trigger.ts';

export interface MachineVisionOptions {
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  readonly pkiDir: string;
  readonly stationId: string;
  readonly recipes: StationRecipes;
  readonly outbox: Outbox;
  readonly health: Health;
  readonly log: Log;
}

/** The edge node as a vision system of OPC 40100-1, served from a worker. It hears of parts and changes no verdict. */
export interface MachineVision extends AsyncDisposable {
  /** null where none is served. */
  readonly url: string | null;
  /** What it hears of parts before their verdicts. */
  readonly parts: {
    readonly begun: (trigger: Trigger, inspectionId: string) => void;
    /** All frames of a part are there. */
    readonly acquired: (inspectionId: string) => void;
  };
  /** The verdict with this number is on disk. */
  readonly committed: (sequence: number) => void;
}

/** Stands where no port is set. */
export const noMachineVision: MachineVision = {
  url: null,
  parts: { begun: () => undefined, acquired: () => undefined },
  committed: () => undefined,
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

const watchEveryMs = 500;
const stopPatienceMs = 3000;

type Tell = (message: ToVisionWorker) => void;

/**
 * Starts the server and waits until it listens.
 * @throws FaultError PORT_IN_USE
 */
export async function createMachineVision(options: MachineVisionOptions): Promise<MachineVision> {
  const { outbox, health, log } = options;
  const loaded = loadedOf(options.recipes);
  const worker = new Worker(new URL('vision-worker.ts', import.meta.url), {
    workerData: workerOptions(options, loaded),
    name: 'machine-vision',
  });
  const tell: Tell = (message) => worker.postMessage(message);
  const url = await serving(worker, log);
  health.set('machine-vision', 'ok', `serving at ${url}, signed and encrypted`);
  let stopping = false;
  const ended = (why: unknown): void => {
    if (stopping) return;
    stopping = true;
    health.set('machine-vision', 'warning', 'the vision server ended', 'Start the edge node again.');
    log.error({ err: why }, 'the vision server ended; inspections go on');
  };
  worker.on('error', ended).on('exit', ended);
  const watching = watch(options, loaded, tell);
  return {
    url,
    parts: {
      begun: ({ serial, recipeId }, inspectionId) => tell({ kind: 'begun', part: { inspectionId, serial, recipeId } }),
      acquired: (inspectionId) => tell({ kind: 'acquired', inspectionId }),
    },
    committed: (sequence) => {
      // Read back from the disk: what is served is what was committed.
      const message = outbox.pending(sequence - 1, 1)[0];
      if (message?.sequence === sequence) tell({ kind: 'committed', body: message.body });
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(watching);
      if (stopping) return;
      stopping = true;
      tell({ kind: 'stop' });
      const timer = setTimeout(() => void worker.terminate(), stopPatienceMs);
      await once(worker, 'exit');
      clearTimeout(timer);
    },
  };
}

function workerOptions(options: MachineVisionOptions, loaded: Loaded): VisionServerOptions {
  const { host, port, pkiDir, stationId, outbox, health } = options;
  const newestBefore = Math.max(0, outbox.depth().lastSequence - resultLimits.results);
  const committed = outbox.pending(newestBefore, resultLimits.results).map(({ body }) => body);
  return {
    host,
    port,
    pkiDir,
    stationId,
    loaded,
    components: health.read().components,
    committed,
  };
}

function loadedOf(stationRecipes: StationRecipes): Loaded {
  const all = [...stationRecipes.values()];
  const recipes = all.map(({ recipe, sha256 }): VisionRecipe => {
    return { id: recipe.id, version: recipe.version, sha256, description: recipe.description };
  });
  const deciding = all.map(({ recipe, sha256, model }) => `${recipe.id} ${sha256} ${model.sha256}`);
  const sha256 = createHash('sha256').update(deciding.toSorted().join('\n')).digest('hex');
  return { recipes, configuration: { id: 'edge', version: '', sha256, loadedAt: new Date() } };
}

/** Waits until the worker listens; what else it says goes to the log from then on. */
async function serving(worker: Worker, log: Log): Promise<string> {
  const listening = Promise.withResolvers<string>();
  worker.on('message', (message: FromVisionWorker) => {
    switch (message.kind) {
      case 'serving':
        return listening.resolve(message.url);
      case 'fault': {
        const { code, message: text, place, wayOut } = message.fault;
        return listening.reject(new FaultError(code, text, { place, wayOut }));
      }
      case 'told':
        return log.info({ text: message.text }, 'machine vision');
      case 'note':
        return log.trace({ text: message.text }, 'opcua note');
    }
  });
  worker.once('error', listening.reject);
  try {
    return await listening.promise;
  } finally {
    worker.off('error', listening.reject);
  }
}

/** Looks at health and recipes every so often, and tells what changed. */
function watch({ health, recipes }: MachineVisionOptions, loaded: Loaded, tell: Tell): NodeJS.Timeout {
  let lastHealth = '';
  let lastSha256 = loaded.configuration.sha256;
  return setInterval(() => {
    const { components } = health.read();
    const nowHealth = JSON.stringify(components);
    if (nowHealth !== lastHealth) tell({ kind: 'health', components });
    lastHealth = nowHealth;
    const now = loadedOf(recipes);
    if (now.configuration.sha256 !== lastSha256) tell({ kind: 'loaded', loaded: now });
    lastSha256 = now.configuration.sha256;
  }, watchEveryMs).unref();
}
