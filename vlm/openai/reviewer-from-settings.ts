import { z } from 'zod';
import { createReviewer } from '#vlm/openai/create-reviewer.ts';
import { loadPromptFor } from '#vlm/openai/load-prompt.ts';
import type { Reviewer } from '#vlm/openai/reviewer-options.ts';
import { profiles, type ProfileId } from '#vlm/profiles.ts';

const profileIds = Object.keys(profiles) as [ProfileId, ...ProfileId[]];

/** Settings of the reviewer, to be spread into the schema of the process that asks it. */
export const reviewerSettings = {
  HAIRLINE_VLM_BASE_URL: z
    .url({ protocol: /^https?$/, error: 'must be an URL like http://gpu-host:8000/v1' })
    .optional(),
  HAIRLINE_VLM_MODEL: z.string().default('inspector-v1'),
  HAIRLINE_VLM_API_KEY: z.string().optional(),
  HAIRLINE_VLM_PROFILE: z.enum(profileIds).default('vllm/qwen2.5'),
};

const settingsSchema = z.object(reviewerSettings);

/** The reviewer that the settings name; null without a URL: then the detector decides alone. @throws FaultError PROMPT_INVALID */
export async function reviewerFromSettings(settings: z.infer<typeof settingsSchema>): Promise<Reviewer | null> {
  if (settings.HAIRLINE_VLM_BASE_URL === undefined) return null;
  const profile = profiles[settings.HAIRLINE_VLM_PROFILE];
  return createReviewer({
    baseUrl: settings.HAIRLINE_VLM_BASE_URL,
    model: settings.HAIRLINE_VLM_MODEL,
    profile,
    apiKey: settings.HAIRLINE_VLM_API_KEY ?? null,
    prompt: await loadPromptFor(profile),
  });
}
