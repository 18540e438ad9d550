import fastify from 'fastify';

/** A stand-in for an edge node's HTTP face: answers health and images as the real one does. */
export interface EdgeDouble extends AsyncDisposable {
  readonly url: string;
  readonly images: Map<string, Uint8Array>;
  /** What /health tells of each component. */
  readonly components: Record<string, { state: string; detail: string; wayOut: string }>;
}

export async function startEdgeDouble(stationId: string, port = 0): Promise<EdgeDouble> {
  const images = new Map<string, Uint8Array>();
  const components: EdgeDouble['components'] = { station: { state: 'ok', detail: 'connected', wayOut: '' } };
  const face = fastify({ forceCloseConnections: true });
  face.get('/health', () => ({ stationId, state: 'ok', components }));
  face.get('/frames/latest', async (_request, reply) => {
    const latest = [...images.values()].at(-1);
    return latest ? reply.type('image/png').send(Buffer.from(latest)) : reply.code(404).send({});
  });
  face.get<{ Params: { sha256: string } }>('/evidence/:sha256', async (request, reply) => {
    const image = images.get(request.params.sha256);
    return image ? reply.type('image/png').send(Buffer.from(image)) : reply.code(404).send({});
  });
  const url = await face.listen({ host: '127.0.0.1', port });
  return { url, images, components, [Symbol.asyncDispose]: () => face.close() };
}
