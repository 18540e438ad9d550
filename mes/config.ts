import { z } from 'zod';
import { wholeBrokerLogin } from '#host/broker-settings.ts';
import { readSettings, type Environment } from '#host/settings.ts';
import { keyOfSecret } from '#mes/webhook/sign.ts';
import { serverSettings } from '#store/config.ts';

/** Of the signing key; a text has at least as many bytes as characters. */
const keyAtLeastBytes = 24;

const sparkplugId = z
  .string()
  .regex(/^[^/+#\0]+$/, 'must be one topic level: no /, + or #')
  .optional();

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
    HAIRLINE_MES_SPARKPLUG_GROUP: sparkplugId,
    HAIRLINE_MES_SPARKPLUG_NODE: sparkplugId,
    HAIRLINE_MES_SPARKPLUG_HOST: sparkplugId,
  })
  .superRefine(wholeBrokerLogin)
  .superRefine((settings, context) => {
    const missing = (path: keyof typeof settings, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    const { HAIRLINE_MES_WEBHOOK_URL: url, HAIRLINE_MES_WEBHOOK_SECRET: secret } = settings;
    if ((url === undefined) !== (secret === undefined)) {
      const path = url === undefined ? 'HAIRLINE_MES_WEBHOOK_URL' : 'HAIRLINE_MES_WEBHOOK_SECRET';
      missing(path, 'address and secret of the webhook go together');
    }
    const { HAIRLINE_MES_SPARKPLUG_GROUP: group, HAIRLINE_MES_SPARKPLUG_NODE: node } = settings;
    const wanted = group ?? node ?? settings.HAIRLINE_MES_SPARKPLUG_HOST;
    if (wanted === undefined) return;
    if (group === undefined) missing('HAIRLINE_MES_SPARKPLUG_GROUP', 'Sparkplug takes a group and an edge node id');
    if (node === undefined) missing('HAIRLINE_MES_SPARKPLUG_NODE', 'Sparkplug takes a group and an edge node id');
  });

/** Settings of the reports. */
export type MesConfig = z.infer<typeof schema>;

/** @throws FaultError with all faults at once. */
export function readMesConfig(environment: Environment): MesConfig {
  return readSettings(schema, environment);
}
