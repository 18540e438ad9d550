import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { StationLocks } from '#edge/control/station-locks.ts';

const releaseSchema = z.strictObject({
  releasedBy: z.string().trim().min(1).max(200),
  reason: z.string().trim().min(1).max(2000),
});

const eventsShown = 100;

/**
 * The lock of the station, its record, and its release by a person. The release takes JSON alone: a page of another
 * origin cannot send that without being asked first, and is never allowed.
 */
export function addLockRoutes(face: FastifyInstance, locks: StationLocks, now: () => Date): void {
  face.get('/lock', () => ({ lock: locks.lock(), events: locks.events(eventsShown) }));
  face.post('/lock/release', (request, reply) => {
    const wanted = releaseSchema.safeParse(request.body);
    if (!wanted.success) {
      return reply.code(400).send({ message: 'say who releases the station and why: { releasedBy, reason }' });
    }
    const released = locks.release({ ...wanted.data, at: now().toISOString() });
    return released ? reply.send({ released }) : reply.code(409).send({ message: 'the station is not locked' });
  });
}
