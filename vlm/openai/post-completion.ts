import { completionSchema, type ServerCompletion } from '#vlm/openai/completion.schema.ts';

/** Where questions go. */
export interface Endpoint {
  readonly baseUrl: string;
  readonly apiKey: string | null;
}

/** What became of one request. `transport` and `status` say whether it may be tried again. */
export type Posted =
  | { readonly kind: 'completion'; readonly completion: ServerCompletion }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'transport'; readonly detail: string }
  | { readonly kind: 'status'; readonly status: number; readonly detail: string }
  | { readonly kind: 'malformed'; readonly detail: string };

// A body that is larger than any answer could be is not read to its end.
const mostAnswerBytes = 1_000_000;

/** Posts one chat completion; never throws. */
export async function postCompletion(
  endpoint: Endpoint,
  body: string,
  request: { readonly id: string; readonly signal: AbortSignal },
): Promise<Posted> {
  const headers = new Headers({ 'content-type': 'application/json', 'x-request-id': request.id });
  if (endpoint.apiKey) headers.set('authorization', `Bearer ${endpoint.apiKey}`);
  const url = `${endpoint.baseUrl.replace(/\/+$/, '')}/chat/completions`;
  try {
    const response = await fetch(url, { method: 'POST', headers, body, signal: request.signal, redirect: 'error' });
    const text = await readBounded(response);
    if (text === null) return { kind: 'malformed', detail: `the answer is larger than ${mostAnswerBytes} bytes` };
    if (!response.ok) return { kind: 'status', status: response.status, detail: text.slice(0, 300) };
    return readCompletion(text);
  } catch (error) {
    if (request.signal.aborted) return { kind: 'timeout' };
    return { kind: 'transport', detail: describe(error) };
  }
}

/** Whether another try may fare better: the server was not reached, or says that it has no room now. */
export function isTransient(posted: Posted): boolean {
  if (posted.kind === 'transport') return true;
  return posted.kind === 'status' && [429, 502, 503, 504].includes(posted.status);
}

async function readBounded(response: Response): Promise<string | null> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > mostAnswerBytes) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function readCompletion(text: string): Posted {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return { kind: 'malformed', detail: `no chat completion: ${describe(error)}` };
  }
  const parsed = completionSchema.safeParse(document);
  if (parsed.success) return { kind: 'completion', completion: parsed.data };
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  return { kind: 'malformed', detail: `no chat completion: ${faults.slice(0, 5).join('; ')}` };
}

/** fetch hides what happened in the cause. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
