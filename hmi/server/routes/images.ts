import { z } from 'zod';
import type { FastifyReply } from 'fastify';
import type { ImageTrouble } from '#hmi/server/edge-nodes.ts';
import { answerTrouble, findEvidence } from '#hmi/server/find-evidence.ts';
import { keepLast } from '#hmi/server/keep-last.ts';
import type { ServerParts } from '#hmi/server/parts.ts';
import type { TypedServer } from '#hmi/server/typed-server.ts';
import type { Image } from '#store/evidence/fetch-image.ts';

/** Every page of the line asks for a new frame at one time; so many bytes are some frames of the largest cameras. */
const keptBytes = 64e6;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower case hexadecimal');

/** Images that the store or an edge node keeps, passed on so that browsers need to reach this server alone. */
export function addImageRoutes(server: TypedServer, parts: ServerParts): void {
  const keep = keepLast<Image | ImageTrouble>({
    bytesAtMost: keptBytes,
    bytesOf: (image) => (typeof image === 'string' ? null : image.bytes.byteLength),
  });
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
      const find = () => findEvidence(parts, params.sha256, query.station ?? null);
      const image = await keep(params.sha256, find);
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
    async ({ params }, reply) => sendImage(reply, await parts.edges.latestFrame(params.id), 'no-store'),
  );
}

async function sendImage(
  reply: FastifyReply,
  image: Image | ImageTrouble,
  cacheControl: string,
): Promise<FastifyReply> {
  if (typeof image === 'string') return answerTrouble(reply, image);
  const { buffer, byteOffset, byteLength } = image.bytes;
  // The same bytes, not a copy for each page.
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  return reply.header('cache-control', cacheControl).type(image.mediaType).send(bytes);
}
