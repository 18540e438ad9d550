import { z } from 'zod';
import { brokerSettings, wholeBrokerLogin } from '#host/broker-settings.ts';
import { recipeKeySetting } from '#host/recipe-key.ts';
import { readSettings, type Environment } from '#host/settings.ts';
import { serverSettings } from '#store/config.ts';
import { reviewerSettings } from '#vlm/openai/reviewer-from-settings.ts';

const schema = z
  .object({
    ...brokerSettings,
    ...recipeKeySetting,
    HAIRLINE_DATA_DIR: z.string().default('./.hairline'),
    // Unset: embedded.
    HAIRLINE_DATABASE_URL: serverSettings.HAIRLINE_DATABASE_URL.optional(),
    HAIRLINE_MQTT_URL: brokerSettings.HAIRLINE_MQTT_URL.optional(),
    HAIRLINE_VLM_BASE_URL: reviewerSettings.HAIRLINE_VLM_BASE_URL,
    HAIRLINE_SITE: z.string().default('demo'),
    HAIRLINE_LINE: z.string().default('line1'),
  })
  .superRefine(wholeBrokerLogin);

/** Settings of the line as a whole; each process reads its own from the same environment. */
export type LineConfig = z.infer<typeof schema>;

/** @throws FaultError with all faults at once. */
export function readLineConfig(environment: Environment): LineConfig {
  return readSettings(schema, environment);
}
