import { randomUUID } from 'node:crypto';
import { bulkhead, BulkheadRejectedError, TaskCancelledError } from 'cockatiel';
import { fastify, type FastifyInstance, type FastifyReply } from 'fastify';
import { chatRequestSchema } from '#vlm/embedded/chat-request.schema.ts';
import type { KeptEngine } from '#vlm/embedded/keep-engine.ts';
import type { ReviewerManifest } from '#vlm/embedded/model-manifest.schema.ts';
import { readRequest, type ReadRequest } from '#vlm/embedded/read-request.ts';
import { writeCompletion } from '#vlm/embedded/write-completion.ts';

/** Several edge nodes ask: what waits beyond this is refused at once, as they can do without. */
const waitingAtMost = 16;
const bodyBytes = 2 * 1024 ** 2;

/** OpenAI-shaped HTTP in front of the engine: one answer at a time, a bounded queue, nothing computed for who has left. */
export function createFace(engine: KeptEngine, manifest: ReviewerManifest): FastifyInstance {
  const face = fastify({ logger: false, bodyLimit: bodyBytes, forceCloseConnections: true });
  const room = bulkhead(1, waitingAtMost);
  const created = Math.floor(Date.now() / 1000);

  face.get('/health', () => ({ status: 'ok', model: manifest.name }));
  face.get('/v1/models', () => ({
    object: 'list',
    data: [
      {
        id: manifest.name,
        object: 'model',
        created,
        owned_by: 'hairline',
        revision: manifest.version,
        description: manifest.architecture,
      },
    ],
  }));
  face.post('/v1/chat/completions', async (request, reply) => {
    const parsed = chatRequestSchema.safeParse(request.body);
    if (!parsed.success) {
      const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
      return refuse(reply, 400, faults.join('; '));
    }
    const read = await readRequest(parsed.data, manifest);
    if (typeof read === 'string') return refuse(reply, 400, read);
    const left = new AbortController();
    reply.raw.once('close', () => left.abort());
    try {
      return await room.execute(() => answer(read, reply, left.signal), left.signal);
    } catch (error) {
      if (error instanceof BulkheadRejectedError) return refuse(reply, 429, 'too many questions wait');
      if (error instanceof TaskCancelledError) return refuse(reply, 499, 'the client left');
      throw error;
    }
  });

  const answer = async (read: ReadRequest, reply: FastifyReply, signal: AbortSignal) => {
    const outcome = await engine.ask(read.question, signal);
    if (signal.aborted) return refuse(reply, 499, 'the client left');
    if (outcome.kind === 'failed') return refuse(reply, 503, outcome.detail);
    const facts = { id: `chatcmpl-${randomUUID()}`, model: manifest.name, created: Math.floor(Date.now() / 1000) };
    return writeCompletion(outcome.answer, read, facts);
  };
  return face;
}

function refuse(reply: FastifyReply, status: number, message: string) {
  return reply.code(status).send({ error: { message, type: status < 500 ? 'invalid_request_error' : 'server_error' } });
}
