import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { inspectionMessageSchema, type InspectionMessage } from '#edge/messages.schema.ts';
import { wireVerdicts } from '#edge/opcua/station-nodes.ts';
import { readJournal } from '#line/plc/journal.ts';
import type { GateMove } from '#line/plc/plc-image.ts';
import type { PartTruth } from '#line/part-source.ts';
import { ledgerFile } from '#line/station/ledger.ts';

/** A trigger in the station's ledger, with what the edge node recorded of it. */
export interface CountedPart {
  readonly triggerNo: number;
  readonly serial: string;
  /** What the gate of the PLC did with it; none where the PLC was never told of it. */
  readonly moves: readonly GateMove[];
  /** 1 OK, 2 NG, 3 no call; null without a result. */
  readonly verdict: number | null;
  readonly inspectionId: string | null;
  readonly frameIds: Readonly<Record<string, number>>;
  readonly faults: readonly string[];
  readonly messages: readonly InspectionMessage[];
}

export interface Counts {
  readonly parts: readonly CountedPart[];
  readonly frames: number;
  /** Frames of the ledger of which the edge node's record says neither that it has them nor why not. */
  readonly unnoticed: number;
  readonly undecided: number;
  readonly decidedTwice: number;
  /** Parts whose result in the ledger is not that of an inspection of this very part. */
  readonly ofAnother: number;
  readonly refused: number;
  /** Parts let out on anything but the one OK that is theirs, on the edge node's disk and in the ledger. */
  readonly wronglyReleased: number;
  readonly movedTwice: number;
}

/** Holds the station's ledger against the records of the edge node and of the PLC; all must have ended. */
export function countParts(stationDir: string, edgeDir: string, plcDir: string): Counts {
  using outbox = new DatabaseSync(join(edgeDir, 'outbox.sqlite'), { readOnly: true });
  const messages = outbox
    .prepare('SELECT body FROM message ORDER BY sequence')
    .all()
    .map(({ body }) => inspectionMessageSchema.parse(JSON.parse(String(body))));
  const refusals = outbox.prepare("SELECT count(*) AS n FROM inspection WHERE refusal <> ''").get();
  const moves = Map.groupBy(readJournal(plcDir), ({ part }) => keyOf(part));
  const parts = readParts(stationDir, Map.groupBy(messages, keyOf), moves);
  return {
    parts,
    frames: parts.reduce((sum, part) => sum + Object.keys(part.frameIds).length, 0),
    unnoticed: parts.reduce((sum, part) => sum + unnoticedFrames(part), 0),
    undecided: parts.filter(({ verdict }) => verdict === null).length,
    decidedTwice: parts.filter((part) => part.messages.length > 1).length,
    ofAnother: parts.filter((part) => part.verdict !== null && !isOwn(part)).length,
    refused: Number(refusals?.['n']),
    wronglyReleased: parts.filter(wasWronglyReleased).length,
    movedTwice: parts.filter((part) => part.moves.length > 1).length,
  };
}

function readParts(
  stationDir: string,
  messages: ReadonlyMap<string, readonly InspectionMessage[]>,
  moves: ReadonlyMap<string, readonly GateMove[]>,
): readonly CountedPart[] {
  using ledger = new DatabaseSync(ledgerFile(stationDir), { readOnly: true });
  return ledger
    .prepare('SELECT * FROM part_trigger ORDER BY trigger_no')
    .all()
    .map((row) => {
      const { faults = [] } = JSON.parse(String(row['truth'])) as PartTruth;
      const triggerNo = Number(row['trigger_no']);
      const key = keyOf({ epoch: String(row['epoch']), triggerNo });
      return {
        moves: moves.get(key) ?? [],
        triggerNo,
        serial: String(row['serial']),
        verdict: row['verdict'] === null ? null : Number(row['verdict']),
        inspectionId: row['inspection_id'] === null ? null : String(row['inspection_id']),
        frameIds: JSON.parse(String(row['frame_ids'])) as Record<string, number>,
        faults,
        messages: messages.get(key) ?? [],
      };
    });
}

function keyOf({ epoch, triggerNo }: { readonly epoch: string; readonly triggerNo: number }): string {
  return `${epoch}#${triggerNo}`;
}

function unnoticedFrames({ frameIds, messages }: CountedPart): number {
  const views = messages.flatMap((message) => message.views);
  return Object.entries(frameIds).filter(([viewId, frameId]) => {
    const view = views.find((one) => one.viewId === viewId);
    return !view || (view.frameId !== frameId && view.doubts.length === 0);
  }).length;
}

function isOwn({ inspectionId, serial, verdict, messages }: CountedPart): boolean {
  const decided = messages.find((message) => message.inspectionId === inspectionId);
  return decided?.serial === serial && wireVerdicts[decided.verdict] === verdict;
}

/** The gate opened: by the PLC's own note, on the verdict of which inspection, and for which serial. */
function wasWronglyReleased({ moves, verdict, serial, inspectionId, messages }: CountedPart): boolean {
  return moves.some(({ gate, part, inspectionId: shown }) => {
    if (gate !== 'ok') return false;
    const own = messages.find((message) => message.inspectionId === shown);
    return (
      own?.verdict !== 'pass' ||
      own.serial !== part.serial ||
      part.serial !== serial ||
      verdict !== 1 ||
      inspectionId !== shown
    );
  });
}
