import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { openControl } from '#edge/control/open-control.ts';
import { createGoldens } from '#edge/detect/goldens.ts';
import { loadStationRecipes } from '#edge/detect/load-station-recipes.ts';
import { createHealth } from '#edge/health.ts';
import type { InspectedPart } from '#edge/inspect/inspected-part.ts';
import { createCamera } from '#edge/opcua/create-camera.ts';
import { createStationLine } from '#edge/opcua/create-station-line.ts';
import { openEvidenceStore } from '#edge/outbox/evidence-store.ts';
import { openOutbox } from '#edge/outbox/outbox.ts';
import { createReviewViews } from '#edge/review/review-views.ts';
import { runStation } from '#edge/run-station.ts';
import { uuidV7 } from '#edge/uuid-v7.ts';
import { createRecentFrames } from '#edge/validity/recent-frames.ts';
import type { ShownPart } from '#line/part-source.ts';
import { createBoardSource } from '#line/boards/board-source.ts';
import { readLedger, type LedgerCounts } from '#line/station/read-ledger.ts';
import { shippedRecipeDir } from '#rules/files/load-recipe.ts';
import type { AskReviewer } from '#vlm/question.ts';
import { silentLog } from './silent-log.ts';
import { addressOf, startTestStation } from './station.ts';

/** What came of one part: the inspection as the edge decided it, and the verdict counted by the station's ledger. */
export interface JudgedPart {
  readonly inspected: InspectedPart;
  readonly given: Pick<LedgerCounts, 'pass' | 'fail' | 'undecided'>;
}

/** A board of the demo with exactly one defect, of this label; its goldens lie below `folder`. */
export async function boardWithOneDefect(folder: string, label: string): Promise<ShownPart> {
  const source = createBoardSource({ seed: 1, defectiveShare: 1 });
  for (let number = 0; ; number += 1) {
    const part = await source.part(number);
    if (part.truth.defects.length !== 1 || part.truth.defects[0]?.label !== label) continue;
    for await (const golden of source.goldens()) {
      if (golden.productId !== part.productId) continue;
      const file = join(folder, golden.productId, `${golden.viewId}.png`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, golden.png);
    }
    return part;
  }
}

/** Writes the recipe `pcb` into a folder of its own, every call of the detector doubtful, review limits changed. */
export function doubtfulRecipe(folder: string, { review }: { readonly review: object | undefined }): string {
  const dir = join(folder, 'recipes');
  mkdirSync(dir, { recursive: true });
  const recipe = parse(readFileSync(join(shippedRecipeDir, 'pcb.yaml'), 'utf8')) as {
    labels: object[];
    review: object;
  };
  const labels = recipe.labels.map((rule) => ({ ...rule, ignoreBelow: 0.2, failFrom: 1, reviewBand: [0.2, 1] }));
  const candidates = { askFrom: 0.25, differenceFromPx: null, atMost: 0, hold: 'never' };
  writeFileSync(
    join(dir, 'pcb.yaml'),
    stringify({ ...recipe, labels, candidates, review: { ...recipe.review, ...review } }),
  );
  return dir;
}

/** Runs one part through a real station, the whole edge and this reviewer. */
export async function judgeOnePart(
  folder: string,
  part: ShownPart,
  options: { readonly goldenDir: string; readonly recipeDir: string; readonly ask: AskReviewer },
): Promise<JudgedPart> {
  await using stack = new AsyncDisposableStack();
  const station = stack.use(await startTestStation(join(folder, 'station')));
  const address = addressOf(station.url, folder);
  const silent = { onState: () => undefined, onNote: () => undefined };
  const outbox = stack.use(
    openOutbox(join(folder, 'outbox.sqlite'), () => ({ streamId: randomUUID(), createdAt: new Date().toISOString() })),
  );
  const folders = { recipeDir: options.recipeDir, modelDir: 'detector/models', approvedFile: null };
  const { recipes } = await loadStationRecipes(folders, stack, silentLog);
  const health = createHealth();
  const decided = Promise.withResolvers<InspectedPart>();
  const stop = new AbortController();
  const running = runStation(
    {
      recipes,
      reviewViews: createReviewViews(options.ask, silentLog),
      outbox,
      evidence: await openEvidenceStore(join(folder, 'evidence'), outbox.database),
      evidenceBounds: { ringBytes: 2 ** 30, reserveBytes: 0 },
      path: { site: 'test', line: 'line1', station: 'pcb' },
      log: silentLog,
      health,
      line: stack.use(await createStationLine({ address, ...silent })),
      ...openControl({ recipes, health, log: silentLog, database: outbox.database, now: () => new Date() }),
      goldens: createGoldens(options.goldenDir, 4),
      recentFrames: createRecentFrames(),
      openCamera: (after) => createCamera({ address, layout: null, after, ...silent }),
      newInspectionId: () => uuidV7(Date.now(), randomBytes(10)),
      nowMs: () => performance.now(),
      now: () => new Date(),
      frameSeen: () => undefined,
      begun: () => undefined,
      acquired: () => undefined,
      decided: decided.resolve,
    },
    stop.signal,
  );
  const latched = new Promise<void>((resolve) => station.onDecided(resolve));
  station.trigger(part);
  const [inspected] = await Promise.race([Promise.all([decided.promise, latched]), running.then(() => never())]);
  stop.abort();
  await running;
  const { pass, fail, undecided } = readLedger(join(folder, 'station'));
  return { inspected, given: { pass, fail, undecided } };
}

function never(): never {
  throw new Error('the edge ended before the part was judged');
}
