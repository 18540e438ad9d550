import type { Log } from '#host/log.ts';
import type { Health } from '#edge/health.ts';
import type { StationLocks } from '#edge/control/station-locks.ts';
import type { Frame } from '#edge/frame.ts';
import type { InspectedPart, ReviewedView } from '#edge/inspect/inspected-part.ts';
import { toMessage, type StoredEvidence } from '#edge/inspect/to-message.ts';
import type { EvidenceBounds, EvidenceEntry, EvidenceKind, EvidenceStore } from '#edge/outbox/evidence-store.ts';
import type { Outbox } from '#edge/outbox/outbox.ts';
import { resultOf, type StationResult } from '#edge/station-line.ts';
import type { StationPath } from '#edge/topics.ts';

export interface CommitTools {
  readonly outbox: Outbox;
  readonly evidence: EvidenceStore;
  readonly evidenceBounds: EvidenceBounds;
  readonly path: StationPath;
  readonly log: Log;
  readonly health: Health;
  readonly locks: StationLocks;
}

/** Frames on their way to the disk, by view. */
export type KeptFrames = ReadonlyMap<string, Promise<EvidenceEntry>>;

/** Begins to write a part's frames as evidence: looking at them takes as long as the disk does, and both can go on at once. */
export function keepFrames(
  frames: ReadonlyMap<string, Frame>,
  { evidence, evidenceBounds }: Pick<CommitTools, 'evidence' | 'evidenceBounds'>,
): KeptFrames {
  if (!evidence.makeRoom(evidenceBounds)) return new Map();
  return new Map(
    [...frames].map(([viewId, { bytes, encoding }]) => {
      const kept = evidence.put(bytes, 'frame', `image/${encoding}`);
      // Whoever commits the part hears of it.
      kept.catch(() => undefined);
      return [viewId, kept];
    }),
  );
}

/** A part whose verdict is on disk, as the lock let it be given, and what the line is told of it. */
export interface CommittedPart {
  readonly part: InspectedPart;
  readonly result: StationResult;
}

/**
 * Puts a part's evidence, as far as it is not kept yet, and then its verdict with the message on disk; what comes back
 * may be told to the line.
 * Evidence that cannot be written is told and left out; a verdict that cannot be written is an error.
 */
export async function commitPart(
  inspected: InspectedPart,
  tools: CommitTools,
  kept: KeptFrames = new Map(),
): Promise<CommittedPart> {
  const { outbox, path, locks } = tools;
  const evidence = await storeEvidence(inspected.views, tools, kept);
  // From here on nothing waits: the order of the locks is that of the sequence.
  const step = locks.step(inspected);
  const { part } = step;
  const sequence = outbox.commit({
    inspectionId: part.inspectionId,
    verdict: part.verdict.verdict,
    decidedAt: part.decidedAt,
    body: (place) => JSON.stringify(toMessage(part, evidence, { path, ...place })),
    evidence,
    alongside: step.write,
  });
  step.done();
  tools.evidence.release(evidence);
  return { part, result: resultOf({ ...part, sequence, verdict: part.verdict.verdict }) };
}

interface Piece {
  readonly bytes: Uint8Array;
  readonly kind: EvidenceKind;
  readonly mediaType: string;
  readonly viewId: string;
  readonly detectionId: string | null;
}

async function storeEvidence(
  views: readonly ReviewedView[],
  tools: CommitTools,
  kept: KeptFrames,
): Promise<readonly StoredEvidence[]> {
  const room = tools.evidence.makeRoom(tools.evidenceBounds);
  const early = ({ kind, viewId }: Piece) => (kind === 'frame' ? kept.get(viewId) : undefined);
  const written = await Promise.allSettled(
    views
      .flatMap(piecesOf)
      .filter((piece) => room || early(piece))
      .map(async (piece) => {
        const { bytes, kind, mediaType, viewId, detectionId } = piece;
        return { ...(await (early(piece) ?? tools.evidence.put(bytes, kind, mediaType))), viewId, detectionId };
      }),
  );
  const failed = written.find((one) => one.status === 'rejected');
  if (failed) tellNotKept('images cannot be written', tools, failed.reason);
  else if (!room) tellNotKept('the disk has no room for images', tools);
  else tools.health.set('evidence', 'ok', 'images are kept');
  return written.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

function tellNotKept(detail: string, { health, log }: CommitTools, error?: unknown): void {
  health.set('evidence', 'fault', detail, 'Make room on the disk of HAIRLINE_DATA_DIR; verdicts are still given.');
  log.error({ err: error }, 'evidence not written');
}

function piecesOf({ viewId, frame, golden, crops }: ReviewedView): readonly Piece[] {
  const pieces: Piece[] = [];
  if (frame)
    pieces.push({ bytes: frame.bytes, kind: 'frame', mediaType: `image/${frame.encoding}`, viewId, detectionId: null });
  if (golden) pieces.push({ bytes: golden.bytes, kind: 'golden', mediaType: 'image/png', viewId, detectionId: null });
  for (const { detectionId, png } of crops)
    pieces.push({ bytes: png, kind: 'crop', mediaType: 'image/png', viewId, detectionId });
  return pieces;
}
