import { z } from 'zod';
import { readSettings, type Environment } from '#host/settings.ts';
import { edgeUrlsSetting, serverSettings } from '#store/config.ts';

// As browsers send it in Host: no scheme, no port; names in other scripts in their ASCII form (xn--).
const hostName = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

const hostNames = z.string().transform((text, context) => {
  const names = text.split(',').map((part) => part.trim().toLowerCase());
  for (const name of names.filter((one) => !hostName.test(one))) {
    context.addIssue({ code: 'custom', message: `"${name}" is no host name; write it without scheme and port` });
  }
  return names;
});

const schema = z
  .object({
    ...serverSettings,
    HAIRLINE_EDGE_URLS: edgeUrlsSetting,
    HAIRLINE_EVIDENCE_DIR: z.string().optional(),
    HAIRLINE_HTTP_HOST: z.string().default('127.0.0.1'),
    HAIRLINE_HTTP_NAMES: hostNames.optional(),
    HAIRLINE_HTTP_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
    HAIRLINE_API_TOKEN: z.string().min(16, 'at least 16 characters, so that nobody guesses it').optional(),
  })
  .transform((read) => ({
    databaseUrl: read.HAIRLINE_DATABASE_URL,
    mqttUrl: read.HAIRLINE_MQTT_URL,
    edgeUrls: read.HAIRLINE_EDGE_URLS,
    evidenceDir: read.HAIRLINE_EVIDENCE_DIR ?? null,
    host: read.HAIRLINE_HTTP_HOST,
    names: (read.HAIRLINE_HTTP_NAMES ?? []) as readonly string[],
    port: read.HAIRLINE_HTTP_PORT,
    token: read.HAIRLINE_API_TOKEN ?? null,
  }));

/** Settings of the dashboard. `edgeUrls` by station, without a slash at the end; `names` in lower case; `token` null: make one. */
export type HmiConfig = z.output<typeof schema>;

/** @throws FaultError CONFIG_INVALID, CONFIG_UNKNOWN_KEY naming every fault */
export function readHmiConfig(environment: Environment): HmiConfig {
  return readSettings(schema, environment);
}
