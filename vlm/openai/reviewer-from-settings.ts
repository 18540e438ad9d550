import { z } from 'zod';
import { loadPromptFor } from '#vlm/openai/load-prompt.ts';
import type { ReviewerOptions } from '#vlm/openai/reviewer-options.ts';
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
  HAIRLINE_VLM_AT_ONCE: z.coerce.number().int().min(1).max(256).optional(),
};

const settingsSchema = z.object(reviewerSettings);

/** The reviewer that the settings name; null without a URL: then the detector decides alone. @throws FaultError PROMPT_INVALID */
export async function reviewerFromSettings(settings: z.infer<typeof settingsSchema>): Promise<ReviewerOptions | null> {
  const { HAIRLINE_VLM_BASE_URL: baseUrl, HAIRLINE_VLM_AT_ONCE: atOnce } = settings;
  if (baseUrl === undefined) return null;
  const profile = profiles[settings.HAIRLINE_VLM_PROFILE];
  return {
    baseUrl,
    model: settings.HAIRLINE_VLM_MODEL,
    profile,
    apiKey: settings.HAIRLINE_VLM_API_KEY ?? null,
    prompt: await loadPromptFor(profile),
    ...(atOnce === undefined ? {} : { atOnce }),
  };
}
