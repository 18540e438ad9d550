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

const schema = z.object(serverSettings);

/** Settings of the store. */
export type StoreConfig = z.infer<typeof schema>;

/** @throws FaultError with all faults at once. */
export function readStoreConfig(environment: Environment): StoreConfig {
  return readSettings(schema, environment);
}

const cliSchema = z.object({ HAIRLINE_DATABASE_URL: serverSettings.HAIRLINE_DATABASE_URL });

/** Settings of `npm run store`. @throws FaultError with all faults at once. */
export function readCliConfig(environment: Environment): z.infer<typeof cliSchema> {
  return readSettings(cliSchema, environment);
}
