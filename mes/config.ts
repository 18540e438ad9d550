import { z } from 'zod';
import { readSettings, type Environment } from '#host/settings.ts';
import { keyOfSecret } from '#mes/webhook/sign.ts';
import { serverSettings } from '#store/config.ts';

/** Of the signing key; a text has at least as many bytes as characters. */
const keyAtLeastBytes = 24;

const schema = z
  .object({
    ...serverSettings,
    HAIRLINE_MES_NAMESPACE: z
      .string()
      .regex(/^[^/+#\s]+(\/[^/+#\s]+)*$/, 'must be topic levels like enterprise/site/area/line')
      .default('hairline/demo/area1/line1'),
    HAIRLINE_MES_WEBHOOK_URL: z
      .url({ protocol: /^https?$/, error: 'must be an URL like https://mes/reports' })
      .optional(),
    HAIRLINE_MES_WEBHOOK_SECRET: z
      .string()
      .min(keyAtLeastBytes, { error: 'at least 24 characters, so that nobody guesses it', abort: true })
      .refine((secret) => keyOfSecret(secret).byteLength >= keyAtLeastBytes, {
        error: 'after whsec_ comes base64 of at least 24 bytes, so that nobody guesses it',
      })
      .optional(),
  })
  .superRefine((settings, context) => {
    const { HAIRLINE_MES_WEBHOOK_URL: url, HAIRLINE_MES_WEBHOOK_SECRET: secret } = settings;
    if ((url === undefined) === (secret === undefined)) return;
    const path = [url === undefined ? 'HAIRLINE_MES_WEBHOOK_URL' : 'HAIRLINE_MES_WEBHOOK_SECRET'];
    context.addIssue({ code: 'custom', path, message: 'address and secret of the webhook go together' });
  });

/** Settings of the reports. */
export type MesConfig = z.infer<typeof schema>;

/** @throws FaultError with all faults at once. */
export function readMesConfig(environment: Environment): MesConfig {
  return readSettings(schema, environment);
}
