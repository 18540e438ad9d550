import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { imageOf, requestFaults, requestSchema, type ChatRequest } from './request-faults.ts';
import type { SentQuestion } from '#vlm/openai/reviewer-options.ts';

/** A request that came, after it was found to be in order. */
export interface SeenRequest {
  /** Counts from 1. */
  readonly number: number;
  /** Id of the detection asked about, as the prompt says it. */
  readonly id: string;
  readonly text: string;
  readonly png: Buffer;
  readonly body: ChatRequest;
  readonly headers: IncomingMessage['headers'];
  /** What the reviewer told `onAsked`; null where the server does not hear of it. A real server never learns it. */
  readonly sent: SentQuestion | null;
}

/** What the server does with a request. */
export type Reaction =
  /** A completion; an object becomes JSON. */
  | {
      readonly kind: 'answer';
      readonly content: unknown;
      readonly finishReason?: string | null;
      readonly logprobs?: unknown;
    }
  /** The same, but later; it ends early where the client leaves. */
  | { readonly kind: 'late'; readonly afterMs: number; readonly next: Reaction }
  | { readonly kind: 'status'; readonly status: number }
  /** The connection breaks before the answer, or in the middle of it. */
  | { readonly kind: 'reset'; readonly afterBytes?: number }
  /** Status 200 with some other body. */
  | { readonly kind: 'body'; readonly body: string };

export type Script = (request: SeenRequest) => Reaction | Promise<Reaction>;

/** How the server differs from a good one in what a handshake looks at. */
export interface Manners {
  /** Names it offers. */
  readonly models?: readonly string[];
  /** Image tokens it counts for an image; by the factor unless told. null: it tells no usage. */
  readonly tokensOf?: ((widthPx: number, heightPx: number) => number) | null;
  /** What it writes where a schema holds it to `{"held":"yes"}`. */
  readonly held?: string;
  /** The weights behind its names. */
  readonly root?: string;
}

export interface ContractServer extends AsyncDisposable {
  /** Ends in /v1. */
  readonly baseUrl: string;
  readonly requests: readonly SeenRequest[];
  /** Why requests were refused; empty as long as the client keeps the contract. */
  readonly faults: readonly string[];
  /** To be given to the reviewer, so that a script knows where in the image the detection lies. */
  readonly onAsked: (sent: SentQuestion) => void;
  readonly play: (script: Script) => void;
  readonly behave: (manners: Manners) => void;
}

/**
 * A server in the shape of OpenAI's that checks each request as a real engine would not (what engines ignore in silence
 * is status 400 here) and answers by script. `factor` is what the sides of images must be multiples of.
 */
export async function startContractServer(script: Script, factor = 28): Promise<ContractServer> {
  const state = {
    script,
    manners: {} as Manners,
    requests: [] as SeenRequest[],
    faults: [] as string[],
    sent: new Map<string, SentQuestion>(),
  };
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      state.faults.push(`the script failed: ${String(error)}`);
      if (!response.headersSent) sendJson(response, 500, { error: String(error) });
    });
  });
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    if (request.url === '/v1/models') {
      const { models = ['inspector-v1'], root = 'weights-1' } = state.manners;
      return sendJson(response, 200, { object: 'list', data: models.map((id) => ({ id, root })) });
    }
    const { faults, parsed } = await checkRequest(request, body, factor);
    if (!parsed || faults.length > 0) {
      state.faults.push(...faults);
      return sendJson(response, 400, { error: faults.join('; ') });
    }
    const text = parsed.messages[1].content[0].text;
    const id = /Place "([^"]+)"/.exec(text)?.[1] ?? '';
    const png = imageOf(parsed);
    const sent = state.sent.get(createHash('sha256').update(png).digest('hex')) ?? null;
    const number = state.requests.length + 1;
    const seen = { number, id, text, png, body: parsed, headers: request.headers, sent };
    const usage = await usageOf(png, factor, state.manners);
    const probed = probeReaction(parsed, state.manners);
    if (probed) return react(response, probed, { model: parsed.model, usage });
    state.requests.push(seen);
    await react(response, await state.script(seen), { model: parsed.model, usage });
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests: state.requests,
    faults: state.faults,
    onAsked: (sent) => void state.sent.set(sent.cropSha256, sent),
    play: (next) => {
      state.script = next;
    },
    behave: (manners) => {
      state.manners = manners;
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function checkRequest(request: IncomingMessage, body: string, factor: number) {
  if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
    return { faults: [`${request.method} ${request.url} is not served`], parsed: null };
  }
  const parsed = requestSchema.safeParse(JSON.parse(body));
  if (parsed.success) return { faults: await requestFaults(parsed.data, factor), parsed: parsed.data };
  return { faults: parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`), parsed: null };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** The answer to a probe of the handshake; null for a question about a part. */
function probeReaction({ max_completion_tokens: most, response_format: format }: ChatRequest, manners: Manners) {
  if (most === 1) return { kind: 'answer', content: '{', finishReason: 'length' } as const;
  const properties = format.json_schema.schema['properties'] as Record<string, unknown>;
  if (!('held' in properties)) return null;
  // Cut as a vocabulary of bytes is: a token a character.
  return { kind: 'answer', content: (manners.held ?? '{"held":"yes"}').slice(0, most) } as const;
}

// Tokens of a prompt besides its image, as a question of the tests has them.
const textTokens = 232;

async function usageOf(png: Buffer, factor: number, { tokensOf }: Manners): Promise<object | null> {
  if (tokensOf === null) return null;
  const { width, height } = await sharp(png).metadata();
  const tokens = textTokens + (tokensOf?.(width, height) ?? (width * height) / factor ** 2);
  return { prompt_tokens: tokens, completion_tokens: 60, total_tokens: tokens + 60 };
}

interface Told {
  readonly model: string;
  readonly usage: object | null;
}

async function react(response: ServerResponse, reaction: Reaction, told: Told): Promise<void> {
  switch (reaction.kind) {
    case 'answer':
      return sendJson(response, 200, completion(reaction, told));
    case 'late': {
      const left = new AbortController();
      response.on('close', () => left.abort());
      const stayed = await sleep(reaction.afterMs, true, { signal: left.signal }).catch(() => false);
      return stayed ? react(response, reaction.next, told) : undefined;
    }
    case 'status':
      return sendJson(response, reaction.status, { error: { message: `scripted ${reaction.status}` } });
    case 'reset': {
      if (reaction.afterBytes !== undefined) {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
        await new Promise((resolve) => response.write('{"choices":'.padEnd(reaction.afterBytes ?? 0), resolve));
      }
      response.destroy();
      return undefined;
    }
    case 'body':
      response.writeHead(200, { 'content-type': 'application/json' }).end(reaction.body);
  }
}

function completion(reaction: Extract<Reaction, { kind: 'answer' }>, { model, usage }: Told): object {
  const content = typeof reaction.content === 'string' ? reaction.content : JSON.stringify(reaction.content);
  const finish = reaction.finishReason === undefined ? 'stop' : reaction.finishReason;
  return {
    object: 'chat.completion',
    model,
    choices: [
      { index: 0, finish_reason: finish, message: { role: 'assistant', content }, logprobs: reaction.logprobs ?? null },
    ],
    usage,
  };
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
