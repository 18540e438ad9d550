import fastify, { type FastifyInstance } from 'fastify';
import type { StationLocks } from '#edge/control/station-locks.ts';
import type { Health } from '#edge/health.ts';
import type { Equipment } from '#edge/http/equipment.ts';
import { addLockRoutes } from '#edge/http/lock-routes.ts';
import { addRecipeRoutes, type ShownRecipes } from '#edge/http/recipe-routes.ts';
import type { EdgeMetrics } from '#edge/http/metrics.ts';
import { describeLatest, type LatestPart } from '#edge/latest-part.ts';
import type { GoldenFolder } from '#edge/detect/golden-folder.ts';
import type { EvidenceStore } from '#edge/outbox/evidence-store.ts';
import type { Outbox } from '#edge/outbox/outbox.ts';

export interface FaceOptions {
  readonly stationId: string;
  readonly health: Health;
  readonly metrics: EdgeMetrics;
  readonly latest: LatestPart;
  readonly evidence: EvidenceStore;
  /** Golden samples are shown before a part was held against them. */
  readonly goldenFolder: GoldenFolder;
  readonly outbox: Outbox;
  readonly locks: StationLocks;
  readonly recipes: ShownRecipes;
  readonly equipment: () => Promise<Equipment>;
  readonly now: () => Date;
}

/** The small HTTP face of an edge node; docs/edge-http.md describes it. It only reads, but for the release of a lock. */
export function createFace(options: FaceOptions): FastifyInstance {
  const { stationId, health, metrics, outbox } = options;
  const face = fastify({ logger: false, forceCloseConnections: true });
  face.get('/health', () => {
    const { messages, oldestAt, lastSequence } = outbox.depth();
    return { stationId, ...health.read(), outbox: { streamId: outbox.streamId, messages, oldestAt, lastSequence } };
  });
  face.get('/metrics', async (_request, reply) => {
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  addImages(face, options);
  addLockRoutes(face, options.locks, options.now);
  addRecipeRoutes(face, options.recipes);
  face.get('/equipment', () => options.equipment());
  return face;
}

function addImages(face: FastifyInstance, { latest, evidence, goldenFolder }: FaceOptions): void {
  face.get('/frames/latest', (_request, reply) => {
    const { frame } = latest;
    if (!frame) return reply.code(404).send({ message: 'no frame yet' });
    void reply.header('cache-control', 'no-store').type(`image/${frame.encoding}`);
    void reply.header('x-hairline-view', frame.viewId).header('x-hairline-trigger', frame.triggerNo);
    return reply.send(Buffer.from(frame.bytes));
  });
  face.get('/frames/latest.json', (_request, reply) => {
    const described = describeLatest(latest);
    if (!described) return reply.code(404).send({ message: 'no part decided yet' });
    return reply.header('cache-control', 'no-store').send(described);
  });
  face.get<{ Params: { sha256: string } }>('/evidence/:sha256', async (request, reply) => {
    const { sha256 } = request.params;
    const isDigest = /^[0-9a-f]{64}$/.test(sha256);
    const found = isDigest ? ((await evidence.get(sha256)) ?? (await goldenFolder.read(sha256))) : null;
    if (!found) return reply.code(404).send({ message: 'no such evidence, or no longer' });
    // Named by its content: it can never change.
    void reply.header('cache-control', 'private, max-age=31536000, immutable').type(found.mediaType);
    return reply.send(Buffer.from(found.bytes));
  });
}
