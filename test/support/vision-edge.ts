import { join } from 'node:path';
import type { Detect } from '#edge/detect/detect.ts';
import { createHealth, type Health } from '#edge/health.ts';
import type { StationRecipe } from '#edge/inspect/station-recipes.ts';
import { createMachineVision, type MachineVision } from '#edge/machine-vision/create-machine-vision.ts';
import type { InspectionMessage } from '#edge/messages.schema.ts';
import type { Outbox } from '#edge/outbox/outbox.ts';
import { aRecipe } from '../rules/builders.ts';
import { openTestOutbox } from './edge-disk.ts';
import { testMessage, uuidOf } from './inspection-message.ts';
import { silentLog } from './silent-log.ts';

/** The vision server of an edge node, with hands in place of a station: parts begin and are decided when told. */
export interface VisionEdge extends AsyncDisposable {
  readonly vision: MachineVision;
  readonly url: string;
  readonly outbox: Outbox;
  readonly health: Health;
  readonly pkiDir: string;
  /** Begins part number `n` and has its frames; answers the id of its inspection. */
  readonly begin: (n: number) => string;
  /** Id of the inspection of part number `n`. */
  readonly idOf: (n: number) => string;
  /** Commits part number `n` and tells the vision server. */
  readonly decide: (n: number, change?: Partial<InspectionMessage>) => InspectionMessage;
}

const neverAsked: Detect = () => Promise.reject(new Error('no part is looked at here'));

/** Loaded are the recipes `pcb` (version 7, as test messages have it) and `other`. */
export async function startVisionEdge(folder: string, port = 0): Promise<VisionEdge> {
  const outbox = openTestOutbox(folder);
  const health = createHealth();
  health.set('station', 'ok', 'connected');
  const pkiDir = join(folder, 'pki');
  const recipes = new Map(
    [aStationRecipe('pcb', '7'), aStationRecipe('other', '1')].map((one) => [one.recipe.id, one]),
  );
  const options = { host: '127.0.0.1', port, pkiDir, stationId: 'pcb', recipes, outbox, health, log: silentLog };
  const vision = await createMachineVision(options);
  const begin = (n: number): string => {
    const { inspectionId } = outbox.begin(triggerOf(n), idOf(n), new Date().toISOString());
    vision.parts.begun(triggerOf(n), inspectionId);
    vision.parts.acquired(inspectionId);
    return inspectionId;
  };
  return {
    vision,
    url: vision.url ?? '',
    outbox,
    health,
    pkiDir,
    begin,
    idOf,
    decide: (n, change) => {
      const sequence = commitPart(outbox, n, change);
      vision.committed(sequence);
      return messageOf(n, sequence, change);
    },
    [Symbol.asyncDispose]: async () => {
      await vision[Symbol.asyncDispose]();
      outbox[Symbol.dispose]();
    },
  };
}

/** Puts part number `n` into an outbox, begun before or not; the station's recipe and serial as test messages have them. */
export function commitPart(outbox: Outbox, n: number, change: Partial<InspectionMessage> = {}): number {
  const { inspectionId } = outbox.begin(triggerOf(n), idOf(n), new Date().toISOString());
  const { verdict, decidedAt } = messageOf(n, 1, change);
  const body = ({ sequence }: { sequence: number }): string => JSON.stringify(messageOf(n, sequence, change));
  return outbox.commit({ inspectionId, verdict, decidedAt, body, evidence: [] });
}

function idOf(n: number): string {
  return uuidOf('vision', n);
}

function messageOf(n: number, sequence: number, change: Partial<InspectionMessage> = {}): InspectionMessage {
  return { ...testMessage(n, change), inspectionId: idOf(n), sequence };
}

function triggerOf(n: number) {
  const message = testMessage(n);
  const { epoch, triggerNo, serial, attempt, lot, productId, triggeredAt, simulated, challenge } = message;
  return { epoch, triggerNo, serial, attempt, lot, productId, recipeId: 'pcb', triggeredAt, simulated, challenge };
}

function aStationRecipe(id: string, version: string): StationRecipe {
  const sha256 = testMessage(1).digests.recipe?.sha256 ?? '';
  const model = { name: 'm', version: '1', sha256: '2'.repeat(64) };
  return { recipe: aRecipe({ id, version }), sha256, text: '', detect: neverAsked, needsGolden: false, model };
}
