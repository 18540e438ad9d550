import { z } from 'zod';
import { readSettings, type Environment } from '#host/settings.ts';

const urlOf = (...protocols: readonly string[]): z.ZodString =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    error: `is no URL that begins with ${protocols.map((name) => `${name}//`).join(' or ')}`,
  });

const schema = z.object({
  HAIRLINE_DATA_DIR: z.string().default('./.hairline'),
  HAIRLINE_DATABASE_URL: urlOf('postgres:', 'postgresql:').optional(),
  HAIRLINE_MQTT_URL: urlOf('mqtt:', 'mqtts:').optional(),
  HAIRLINE_HTTP_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
  HAIRLINE_API_TOKEN: z.string().optional(),
  HAIRLINE_VLM_BASE_URL: urlOf('http:', 'https:').optional(),
  HAIRLINE_SITE: z.string().default('demo'),
  HAIRLINE_LINE: z.string().default('line1'),
});

/** Settings of the line as a whole; each process reads its own from the same environment. */
export type LineConfig = z.infer<typeof schema>;

/** @throws FaultError with all faults at once. */
export function readLineConfig(environment: Environment): LineConfig {
  return readSettings(schema, environment);
}
