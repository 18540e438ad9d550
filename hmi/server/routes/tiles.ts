import { z } from 'zod';
import type { FastifyReply } from 'fastify';
import { answerTrouble, findEvidence } from '#hmi/server/find-evidence.ts';
import type { ServerParts } from '#hmi/server/parts.ts';
import { notFound, problem } from '#hmi/server/problem.ts';
import { createTiles, tilePx, usualTileLimits, type TileTrouble } from '#hmi/server/tiles.ts';
import type { TypedServer } from '#hmi/server/typed-server.ts';

const shrinks = z.coerce
  .number()
  .refine((shrink) => [1, 2, 4, 8, 16, 32, 64, 128, 256].includes(shrink), 'is a power of two up to 256');
const index = z.coerce.number().int().min(0).max(1000);
const place = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower case hexadecimal'),
  shrink: shrinks.describe('1: native pixels, 2: half of each side, ...'),
  column: index,
  row: index,
});

/** Tiles of an image, so that a frame of 20 megapixels can be looked at pixel by pixel without being sent whole. */
export function addTileRoutes(server: TypedServer, parts: ServerParts): void {
  const cutTile = createTiles(usualTileLimits);

  server.get(
    '/api/v1/evidence/:sha256/tiles/:shrink/:column/:row',
    {
      config: { role: 'viewer' },
      schema: {
        summary: `A tile of ${tilePx} pixels a side of an image, as PNG`,
        params: place,
        querystring: z.strictObject({ station: z.string().optional().describe('Station asked first') }),
      },
    },
    async ({ params, query }, reply) => {
      const tile = await cutTile(params, () => findEvidence(parts, params.sha256, query.station ?? null));
      if (typeof tile === 'string') return answerNoTile(reply, tile);
      // The digest is the name: what was cut once never changes.
      reply.header('cache-control', 'private, max-age=31536000, immutable').type('image/png');
      return reply.send(Buffer.from(tile));
    },
  );
}

function answerNoTile(reply: FastifyReply, trouble: TileTrouble): FastifyReply {
  switch (trouble) {
    case 'busy':
      return reply
        .code(503)
        .header('retry-after', '1')
        .send(problem('TILES_BUSY', 'too many tiles are asked for at once', 'Ask again in a moment.'));
    case 'outside':
      return reply.code(404).send(notFound('this tile'));
    case 'too-large':
      return reply.code(413).send(problem('IMAGE_TOO_LARGE', 'the image has too many pixels', 'Open it in a viewer.'));
    case 'unreadable':
      return reply
        .code(422)
        .send(problem('IMAGE_UNREADABLE', 'no decoder reads the image', 'Look at the record of the part instead.'));
    case 'not-found':
    case 'unreachable':
    case 'station-unknown':
      return answerTrouble(reply, trouble);
  }
}
