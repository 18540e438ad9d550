import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FaultError } from '#host/fault.ts';
import type { Profile } from '#vlm/profiles.ts';
import { parsePrompt, type Prompt } from '#vlm/prompt.ts';

/** The prompt in service, as it is shipped. */
export const shippedPromptFile = join(import.meta.dirname, '../prompts/inspect-1.md');

/** The prompt that the embedded reviewer was trained on. */
const embeddedPromptFile = join(import.meta.dirname, '../prompts/embedded-1.md');

/** The shipped prompt for a profile. @throws FaultError PROMPT_INVALID */
export function loadPromptFor({ dialect }: Profile): Promise<Prompt> {
  return loadPrompt(dialect === 'embedded' ? embeddedPromptFile : shippedPromptFile);
}

/** Every shipped prompt by the digest of its file, to find the one that a record names. @throws FaultError PROMPT_INVALID */
export async function loadShippedPrompts(): Promise<ReadonlyMap<string, Prompt>> {
  const prompts = await Promise.all([shippedPromptFile, embeddedPromptFile].map(loadPrompt));
  return new Map(prompts.map((prompt) => [prompt.sha256, prompt]));
}

/** Reads a prompt file with its digest. @throws FaultError PROMPT_INVALID */
export async function loadPrompt(file: string): Promise<Prompt> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw promptFault('the file cannot be read', file, error);
  });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const prompt = parsePrompt(bytes.toString('utf8'), { id: basename(file, '.md'), sha256 });
  if ('sections' in prompt) return prompt;
  throw promptFault(prompt.join('; '), file);
}

function promptFault(message: string, file: string, cause?: unknown): FaultError {
  return new FaultError('PROMPT_INVALID', message, {
    place: file,
    wayOut: 'Put the file of this version back into vlm/prompts.',
    cause,
  });
}
