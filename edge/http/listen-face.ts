import type { FastifyInstance } from 'fastify';
import { FaultError } from '#host/fault.ts';

/** Listens and answers the URL; port 0 takes any free one. `PORT_IN_USE` where another program has the port. */
export async function listenFace(face: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await face.listen({ host, port });
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE')) throw cause;
    throw new FaultError('PORT_IN_USE', `another program listens on ${host}:${port}`, {
      place: 'HAIRLINE_EDGE_PORT',
      wayOut: 'Stop it, or choose another port; 0 takes any free one.',
      cause,
    });
  }
}
