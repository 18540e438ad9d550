import { z } from 'zod';
import { brokerSettings, wholeBrokerLogin } from '#host/broker-settings.ts';
import { recipeKeySetting } from '#host/recipe-key.ts';
import { readSettings, type Environment } from '#host/settings.ts';

/** The two servers that every process of the plant needs; goes with the refinement `wholeBrokerLogin`. */
export const serverSettings = {
  HAIRLINE_DATABASE_URL: z.url({
    protocol: /^postgres(ql)?$/,
    error: 'must be an URL like postgres://user:password@host:5432/hairline',
  }),
  ...brokerSettings,
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
      if (station && urls.has(station))
        context.addIssue({ code: 'custom', message: `station "${station}" is named twice` });
      else if (station && url && URL.canParse(url)) urls.set(station, url.replace(/\/+$/, ''));
      else context.addIssue({ code: 'custom', message: `"${entry}" is not STATION=http://host:port` });
    }
    return urls;
  });

/** A folder that nothing ever fills looks like one that has nothing to keep. */
function evidenceHasSource(
  read: {
    readonly HAIRLINE_EVIDENCE_DIR?: string | undefined;
    readonly HAIRLINE_EDGE_URLS: ReadonlyMap<string, string>;
  },
  context: z.RefinementCtx,
): void {
  if (read.HAIRLINE_EVIDENCE_DIR === undefined || read.HAIRLINE_EDGE_URLS.size > 0) return;
  const message = 'names no edge node, so nothing comes into HAIRLINE_EVIDENCE_DIR; set both or neither';
  context.addIssue({ code: 'custom', path: ['HAIRLINE_EDGE_URLS'], message });
}

const schema = z
  .object({
    ...serverSettings,
    ...recipeKeySetting,
    HAIRLINE_EDGE_URLS: edgeUrlsSetting,
    HAIRLINE_EVIDENCE_DIR: z.string().optional(),
    HAIRLINE_EVIDENCE_GIB: z.coerce.number().positive().default(100),
  })
  .superRefine(wholeBrokerLogin)
  .superRefine(evidenceHasSource);

/** Settings of the store. */
export type StoreConfig = z.infer<typeof schema>;

/** @throws FaultError with all faults at once. */
export function readStoreConfig(environment: Environment): StoreConfig {
  return readSettings(schema, environment);
}

const cliSchema = z.object({
  HAIRLINE_DATABASE_URL: serverSettings.HAIRLINE_DATABASE_URL,
  HAIRLINE_EDGE_URLS: edgeUrlsSetting,
  HAIRLINE_EVIDENCE_DIR: z.string().optional(),
});

/** Settings of `npm run store`. @throws FaultError with all faults at once. */
export function readCliConfig(environment: Environment): z.infer<typeof cliSchema> {
  return readSettings(cliSchema, environment);
}
