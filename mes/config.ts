import { z } from 'zod';
import { readSettings, type Environment } from '#host/settings.ts';
import { serverSettings } from '#store/config.ts';

const schema = z.object({
  ...serverSettings,
  HAIRLINE_MES_NAMESPACE: z
    .string()
    .regex(/^[^/+#\s]+(\/[^/+#\s]+)*$/, 'must be topic levels like enterprise/site/area/line')
    .default('hairline/demo/area1/line1'),
});

/** Settings of the reports. */
export type MesConfig = z.infer<typeof schema>;

/** @throws FaultError with all faults at once. */
export function readMesConfig(environment: Environment): MesConfig {
  return readSettings(schema, environment);
}
