import type { Log } from '#host/log.ts';
import type { Health } from '#edge/health.ts';
import type { StationLocks } from '#edge/control/station-locks.ts';
import type { InspectedPart, ReviewedView } from '#edge/inspect/inspected-part.ts';
import { toMessage, type StoredEvidence } from '#edge/inspect/to-message.ts';
import type { EvidenceKind, EvidenceStore } from '#edge/outbox/evidence-store.ts';
import type { Outbox } from '#edge/outbox/outbox.ts';
import type { StationResult } from '#edge/station-line.ts';
import type { StationPath } from '#edge/topics.ts';

export interface CommitTools {
  readonly outbox: Outbox;
  readonly evidence: EvidenceStore;
  readonly evidenceBytes: number;
  readonly path: StationPath;
  readonly log: Log;
  readonly health: Health;
  readonly locks: StationLocks;
}

/** A part whose verdict is on disk, as the lock let it be given, and what the line is told of it. */
export interface CommittedPart {
  readonly part: InspectedPart;
  readonly result: StationResult;
}

/**
 * Puts a part's evidence and then its verdict with the message on disk; what comes back may be told to the line.
 * Evidence that cannot be written is told and left out; a verdict that cannot be written is an error.
 */
export async function commitPart(inspected: InspectedPart, tools: CommitTools): Promise<CommittedPart> {
  const { outbox, path, locks } = tools;
  const evidence = await storeEvidence(inspected.views, tools);
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
  const { epoch, triggerNo, serial } = part.trigger;
  const { inspectionId, verdict } = part;
  return { part, result: { sequence, epoch, triggerNo, serial, inspectionId, verdict: verdict.verdict } };
}

interface Piece {
  readonly bytes: Uint8Array;
  readonly kind: EvidenceKind;
  readonly mediaType: string;
  readonly viewId: string;
  readonly detectionId: string | null;
}

async function storeEvidence(views: readonly ReviewedView[], tools: CommitTools): Promise<readonly StoredEvidence[]> {
  tools.evidence.trim(tools.evidenceBytes);
  const written = await Promise.allSettled(
    views.flatMap(piecesOf).map(async ({ bytes, kind, mediaType, viewId, detectionId }) => {
      return { ...(await tools.evidence.put(bytes, kind, mediaType)), viewId, detectionId };
    }),
  );
  const failed = written.find((one) => one.status === 'rejected');
  if (failed) {
    const wayOut = 'Make room on the disk of HAIRLINE_DATA_DIR; verdicts are still given.';
    tools.health.set('evidence', 'fault', 'images cannot be written', wayOut);
    tools.log.error({ err: failed.reason }, 'evidence not written');
  } else tools.health.set('evidence', 'ok', 'images are kept');
  return written.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
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
