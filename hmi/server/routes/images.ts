import { z } from 'zod';
import type { FastifyReply } from 'fastify';
import type { ImageTrouble } from '#hmi/server/edge-nodes.ts';
import type { ServerParts } from '#hmi/server/parts.ts';
import { notFound, problem } from '#hmi/server/problem.ts';
import type { TypedServer } from '#hmi/server/typed-server.ts';
import type { Image } from '#store/evidence/fetch-image.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower case hexadecimal');

/** Images that the store or an edge node keeps, passed on so that browsers need to reach this server alone. */
export function addImageRoutes(server: TypedServer, { edges, heldEvidence }: ServerParts): void {
  server.get(
    '/api/v1/evidence/:sha256',
    {
      config: { role: 'viewer' },
      schema: {
        summary: 'A frame, golden or crop by the digest of its bytes',
        params: z.object({ sha256 }),
        querystring: z.strictObject({ station: z.string().optional().describe('Station asked first') }),
      },
    },
    async ({ params, query }, reply) => {
      const held = await heldEvidence(params.sha256);
      const image = held ?? (await edges.evidence(params.sha256, query.station ?? null));
      // The digest is the name: what was fetched once never changes.
      return sendImage(reply, image, 'private, max-age=31536000, immutable');
    },
  );

  server.get(
    '/api/v1/stations/:id/frame',
    {
      config: { role: 'viewer' },
      schema: { summary: 'What the camera of a station showed last', params: z.object({ id: z.string() }) },
    },
    async ({ params }, reply) => sendImage(reply, await edges.latestFrame(params.id), 'no-store'),
  );
}

async function sendImage(
  reply: FastifyReply,
  image: Image | ImageTrouble,
  cacheControl: string,
): Promise<FastifyReply> {
  if (image === 'not-found') return reply.code(404).send(notFound('this image'));
  if (image === 'station-unknown') return reply.code(404).send(notFound('this station'));
  if (image === 'unreachable') {
    const wayOut = 'Check that the edge node runs and that HAIRLINE_EDGE_URLS names it.';
    return reply
      .code(502)
      .send(problem('EDGE_UNREACHABLE', 'the edge node that keeps the image does not answer', wayOut));
  }
  return reply.header('cache-control', cacheControl).type(image.mediaType).send(Buffer.from(image.bytes));
}
