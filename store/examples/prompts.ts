import type { Prompts } from '#store/examples/ask-again.ts';
import { loadPrompt, loadShippedPrompts, shippedPromptFile } from '#vlm/openai/load-prompt.ts';

/** The shipped prompts. @throws FaultError PROMPT_INVALID */
export async function loadPrompts(): Promise<Prompts> {
  return { bySha256: await loadShippedPrompts(), current: await loadPrompt(shippedPromptFile) };
}
