import { createHash } from 'node:crypto';
import { modelListSchema, type ServedModel } from '#vlm/openai/model-list.schema.ts';
import type { Endpoint } from '#vlm/openai/post-completion.ts';

/** The models a server offers, or why it does not say. Never throws. */
export async function listModels(
  { baseUrl, apiKey }: Endpoint,
  signal: AbortSignal,
): Promise<readonly ServedModel[] | string> {
  const headers = new Headers(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` });
  try {
    const response = await fetch(`${baseUrl.replace(/\/+$/, '')}/models`, { headers, signal, redirect: 'error' });
    if (response.status === 401 || response.status === 403) return 'it does not take the key in HAIRLINE_VLM_API_KEY';
    if (!response.ok) return `its model list has status ${response.status}`;
    const parsed = modelListSchema.safeParse(await response.json());
    return parsed.success ? parsed.data.data : 'its model list has another form: is this an OpenAI-compatible server?';
  } catch (error) {
    return signal.aborted ? 'no answer in time' : String(error instanceof Error ? (error.cause ?? error) : error);
  }
}

/** Tells one set of weights from another, as far as the server tells them apart: by what it says of them. */
export function fingerprintOf({ id, root, parent, revision, meta }: ServedModel): string {
  const facts = [id, root ?? null, parent ?? null, revision ?? null, meta?.n_params ?? null, meta?.size ?? null];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}
