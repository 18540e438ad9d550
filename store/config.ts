import { z } from 'zod';
import { readSettings, type Environment } from '#host/settings.ts';

/** URLs of the two servers that every process of the plant needs. */
export const serverSettings = {
  HAIRLINE_DATABASE_URL: z.url({
    protocol: /^postgres(ql)?$/,
    error: 'must be an URL like postgres://user:password@host:5432/hairline',
  }),
  HAIRLINE_MQTT_URL: z.url({ protocol: /^(mqtts?|wss?)$/, error: 'must be an URL like mqtt://host:1883' }),
};

const stationUrl = /^([A-Za-z0-9_-]+)=(https?:\/\/.+)$/;

/** HTTP faces of the edge nodes by station, without a slash at the end; empty where unset. */
export const edgeUrlsSetting = z
  .string()
  .optional()
  .transform((text, context): ReadonlyMap<string, string> => {
    const urls = new Map<string, string>();
    for (const entry of (text ?? '').split(',').map((part) => part.trim())) {
      if (text === undefined) break;
      const [, station, url] = stationUrl.exec(entry) ?? [];
      if (station && url && URL.canParse(url)) urls.set(station, url.replace(/\/+$/, ''));
      else context.addIssue({ code: 'custom', message: `"${entry}" is not STATION=http://host:port` });
    }
    return urls;
  });

const schema = z.object({
  ...serverSettings,
  HAIRLINE_EDGE_URLS: edgeUrlsSetting,
  HAIRLINE_EVIDENCE_DIR: z.string().optional(),
  HAIRLINE_EVIDENCE_GIB: z.coerce.number().positive().default(100),
});

/** Settings of the store. */
export type StoreConfig = z.infer<typeof schema>;

/** @throws FaultError with all faults at once. */
export function readStoreConfig(environment: Environment): StoreConfig {
  return readSettings(schema, environment);
}

const cliSchema = z.object({
  HAIRLINE_DATABASE_URL: serverSettings.HAIRLINE_DATABASE_URL,
  HAIRLINE_EVIDENCE_DIR: z.string().optional(),
});

/** Settings of `npm run store`. @throws FaultError with all faults at once. */
export function readCliConfig(environment: Environment): z.infer<typeof cliSchema> {
  return readSettings(cliSchema, environment);
}
