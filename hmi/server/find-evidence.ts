import type { FastifyReply } from 'fastify';
import type { ImageTrouble } from '#hmi/server/edge-nodes.ts';
import type { ServerParts } from '#hmi/server/parts.ts';
import { notFound, problem } from '#hmi/server/problem.ts';
import type { Image } from '#store/evidence/fetch-image.ts';

/** An image by its digest: as the store keeps it, else from an edge node, `stationId` asked first. */
export async function findEvidence(
  { heldEvidence, edges }: Pick<ServerParts, 'heldEvidence' | 'edges'>,
  sha256: string,
  stationId: string | null,
): Promise<Image | ImageTrouble> {
  return (await heldEvidence(sha256)) ?? (await edges.evidence(sha256, stationId));
}

/** Answers why an image cannot be had. */
export function answerTrouble(reply: FastifyReply, trouble: ImageTrouble): FastifyReply {
  if (trouble === 'not-found') return reply.code(404).send(notFound('this image'));
  if (trouble === 'station-unknown') return reply.code(404).send(notFound('this station'));
  const wayOut = 'Check that the edge node runs and that HAIRLINE_EDGE_URLS names it.';
  return reply
    .code(502)
    .send(problem('EDGE_UNREACHABLE', 'the edge node that keeps the image does not answer', wayOut));
}
