import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openControl } from '#edge/control/open-control.ts';
import type { StationControl } from '#edge/control/station-control.ts';
import type { StationLocks } from '#edge/control/station-locks.ts';
import type { Detect } from '#edge/detect/detect.ts';
import { createGoldens } from '#edge/detect/goldens.ts';
import { createHealth } from '#edge/health.ts';
import type { StationRecipe } from '#edge/inspect/station-recipes.ts';
import { inspectionMessageSchema, type InspectionMessage } from '#edge/messages.schema.ts';
import { openEvidenceStore } from '#edge/outbox/evidence-store.ts';
import type { Outbox } from '#edge/outbox/outbox.ts';
import { reviewNothing, type ReviewViews } from '#edge/review/review-views.ts';
import { runStation } from '#edge/run-station.ts';
import type { StationLine } from '#edge/station-line.ts';
import { createRecentFrames } from '#edge/validity/recent-frames.ts';
import type { Recipe } from '#rules/recipe.ts';
import { aRecipe, aViewRule } from '../rules/builders.ts';
import { drawGrey, encodePng } from './drawn-image.ts';
import { openTestOutbox } from './edge-disk.ts';
import type { RingStation } from './ring-station.ts';
import { silentLog } from './silent-log.ts';

/** Recipe `board`: views top and bottom of 64 x 64 pixels. */
export function boardRecipe(deadlines: Partial<Recipe['deadlines']> = {}): Recipe {
  return aRecipe({
    id: 'board',
    views: [aViewRule({ viewId: 'top' }), aViewRule({ viewId: 'bottom' })],
    frame: {
      widthPx: [64, 64],
      heightPx: [64, 64],
      meanGrey: [20, 235],
      sharpnessFrom: 1,
      contrastFrom: 1,
      residualUpTo: 1,
      repeatedWithin: 4,
    },
    deadlines: { viewsMs: 200, reviewMs: 200, taktMs: 2000, ...deadlines },
  });
}

/** A striped board; with a white corner where it is bad. No two have the same pixels. */
export function boardPng(number: number, bad = false): Promise<Buffer> {
  const stripes = (x: number): number => (Math.floor(x / 8) % 2 === 0 ? 60 : 180);
  const noise = (x: number, y: number): number => (x * 31 + y * 17 + number * 7 + ((number * y) % 13)) % 5;
  return encodePng(drawGrey(64, 64, (x, y) => (bad && x < 6 && y < 6 ? 255 : stripes(x) + noise(x, y))));
}

/** Shows the station a board with both its views; the number of its trigger. */
export async function triggerBoard(station: RingStation, number: number, bad = false): Promise<number> {
  const [top, bottom] = await Promise.all([boardPng(2 * number), boardPng(2 * number + 1, bad)]);
  return station.trigger({ top, bottom });
}

/** Finds the white corner, as a certain spur. */
export const findWhiteCorner: Detect = (image) => {
  const box = { x1: 0, y1: 0, x2: 6, y2: 6 };
  const found = image.data[0] === 255 ? [{ id: 'd1', label: 'spur', score: 0.99, box, areaPx: 36, region: null }] : [];
  return Promise.resolve({ detections: found, candidates: [], registration: null, inferenceMs: 1 });
};

export interface TestEdgeOptions {
  readonly folder: string;
  readonly station: Pick<RingStation, 'line' | 'openCamera'>;
  readonly recipe?: Recipe | null;
  readonly detect?: Detect;
  readonly line?: StationLine;
  readonly reviewViews?: ReviewViews;
  /** Begins the ids of the inspections. */
  readonly name?: string;
  readonly newInspectionId?: () => string;
}

/** An edge node without broker and HTTP on a station in memory. */
export interface TestEdge {
  readonly outbox: Outbox;
  readonly control: StationControl;
  readonly locks: StationLocks;
  /** Ends when `stop` was called and everything in flight is over. */
  readonly running: Promise<void>;
  readonly stop: () => void;
  /** Stops it, waits for its end and lets go of its disk. */
  readonly finish: () => Promise<void>;
  readonly messages: () => readonly InspectionMessage[];
}

export async function startTestEdge(options: TestEdgeOptions): Promise<TestEdge> {
  const { folder, station, recipe = boardRecipe(), detect = findWhiteCorner } = options;
  mkdirSync(folder, { recursive: true });
  const outbox = openTestOutbox(folder);
  const stopper = new AbortController();
  const model = { name: 'white-corner', version: '1', sha256: '0'.repeat(64) };
  const read = { sha256: '1'.repeat(64), text: '', detect, needsGolden: false, model };
  const loaded: StationRecipe | null = recipe && { recipe, ...read };
  const recipes = new Map(loaded ? [['board', loaded]] : []);
  const health = createHealth();
  const now = (): Date => new Date();
  const { control, locks } = openControl({ recipes, health, log: silentLog, database: outbox.database, now });
  let ids = 0;
  const running = runStation(
    {
      recipes,
      goldens: createGoldens(undefined, 1),
      recentFrames: createRecentFrames(),
      reviewViews: options.reviewViews ?? reviewNothing,
      log: silentLog,
      health,
      nowMs: () => performance.now(),
      now: () => new Date(),
      outbox,
      evidence: await openEvidenceStore(join(folder, 'evidence'), outbox.database),
      evidenceBounds: { ringBytes: 10_000_000, reserveBytes: 0 },
      path: { site: 's', line: 'l', station: 'st' },
      control,
      locks,
      line: options.line ?? station.line,
      openCamera: (after) => station.openCamera(after),
      newInspectionId: options.newInspectionId ?? (() => testId(options.name ?? 'a', (ids += 1))),
      frameSeen: () => undefined,
      begun: () => undefined,
      acquired: () => undefined,
      decided: () => undefined,
    },
    stopper.signal,
  );
  return {
    outbox,
    control,
    locks,
    running,
    stop: () => stopper.abort(),
    finish: async () => {
      stopper.abort();
      await running;
      outbox[Symbol.dispose]();
    },
    messages: () => outbox.pending(0, 10_000).map(({ body }) => inspectionMessageSchema.parse(JSON.parse(body))),
  };
}

function testId(name: string, number: number): string {
  const tail = `${name.charCodeAt(0).toString(16)}${number.toString(16).padStart(10, '0')}`;
  return `01900000-0000-7000-8000-${tail}`;
}
