import { z } from 'zod';
import { loadPromptFor } from '#vlm/openai/load-prompt.ts';
import type { ReviewerOptions } from '#vlm/openai/reviewer-options.ts';
import { profiles, type ProfileId } from '#vlm/profiles.ts';
import { parsePrompt } from '#vlm/prompt.ts';
import type { Service } from '#vlm/service/service-file.schema.ts';
import { readService } from '#vlm/service/service-file.ts';
import { FaultError } from '#host/fault.ts';

const profileIds = Object.keys(profiles) as [ProfileId, ...ProfileId[]];

/** Settings of the reviewer, to be spread into the schema of the process that asks it. */
export const reviewerSettings = {
  HAIRLINE_VLM_BASE_URL: z
    .url({ protocol: /^https?$/, error: 'must be an URL like http://gpu-host:8000/v1' })
    .optional(),
  HAIRLINE_VLM_MODEL: z.string().default('inspector-v1'),
  HAIRLINE_VLM_API_KEY: z.string().optional(),
  HAIRLINE_VLM_PROFILE: z.enum(profileIds).default('vllm/qwen2.5'),
  HAIRLINE_VLM_SERVICE_FILE: z.string().optional(),
  HAIRLINE_VLM_AT_ONCE: z.coerce.number().int().min(1).max(256).optional(),
};

const settingsSchema = z.object(reviewerSettings);

/**
 * The reviewer at the URL of the settings: the one in service by the file, whatever else the settings name; the one they name
 * where nothing was qualified yet. null without a URL: then the detector decides alone.
 * @throws FaultError PROMPT_INVALID, SERVICE_FILE_INVALID
 */
export async function reviewerFromSettings(
  settings: z.infer<typeof settingsSchema>,
  serviceFile: string,
): Promise<ReviewerOptions | null> {
  const { HAIRLINE_VLM_BASE_URL: baseUrl, HAIRLINE_VLM_AT_ONCE: atOnce } = settings;
  if (baseUrl === undefined) return null;
  const rest = { baseUrl, apiKey: settings.HAIRLINE_VLM_API_KEY ?? null, ...(atOnce === undefined ? {} : { atOnce }) };
  const file = await readService(serviceFile);
  if (file) return { ...inService(file.inService), ...rest };
  const profile = profiles[settings.HAIRLINE_VLM_PROFILE];
  return { model: settings.HAIRLINE_VLM_MODEL, profile, prompt: await loadPromptFor(profile), ...rest };
}

function inService({ model, fingerprint, profile, prompt, calibration }: Service) {
  const parsed = parsePrompt(prompt.text, prompt);
  if (!('sections' in parsed)) {
    const wayOut = 'Qualify the reviewer with a prompt of this version.';
    throw new FaultError('PROMPT_INVALID', parsed.join('; '), { place: `prompt ${prompt.id} in service`, wayOut });
  }
  return { model, fingerprint, profile: profiles[profile], prompt: parsed, calibration };
}
