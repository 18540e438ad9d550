import { resolve } from 'node:path';
import { z } from 'zod';
import { profiles, type ProfileId } from '#vlm/profiles.ts';
import { readSettings, type Environment } from '#host/settings.ts';

const topicLevel = z.string().regex(/^[A-Za-z0-9_-]+$/, 'must be one topic level: letters, digits, - and _');
const folder = z.string().transform((path) => resolve(path));
const shipped = (path: string): string => resolve(import.meta.dirname, '..', path);

// `keys` forgets what they are.
const profileIds = Object.keys(profiles) as ProfileId[];

const schema = z.object({
  HAIRLINE_STATION_ID: topicLevel,
  HAIRLINE_OPCUA_URL: z.url({ protocol: /^opc\.tcp$/, error: 'must be an URL like opc.tcp://host:4840' }),
  HAIRLINE_OPCUA_SECURITY: z.enum(['None', 'Basic256Sha256']).default('Basic256Sha256'),
  HAIRLINE_MQTT_URL: z.url({ protocol: /^(mqtts?|wss?)$/, error: 'must be an URL like mqtt://host:1883' }),
  HAIRLINE_SITE: topicLevel.default('demo'),
  HAIRLINE_LINE: topicLevel.default('line1'),
  HAIRLINE_DATA_DIR: folder.default(resolve('.hairline')),
  HAIRLINE_EDGE_HOST: z.string().default('127.0.0.1'),
  HAIRLINE_EDGE_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  HAIRLINE_RECIPE_DIR: folder.default(shipped('rules/recipes')),
  HAIRLINE_GOLDEN_DIR: folder.optional(),
  HAIRLINE_MODEL_DIR: folder.default(shipped('detector/models')),
  HAIRLINE_VLM_BASE_URL: z
    .url({ protocol: /^https?$/, error: 'must be an URL like http://gpu-host:8000/v1' })
    .optional(),
  HAIRLINE_VLM_MODEL: z.string().default('Qwen/Qwen2.5-VL-7B-Instruct-AWQ'),
  HAIRLINE_VLM_API_KEY: z.string().optional(),
  HAIRLINE_VLM_PROFILE: z.enum(profileIds).default('vllm/qwen2.5'),
});

/** Settings of an edge node. */
export type EdgeConfig = z.infer<typeof schema>;

/** Reads the settings of an edge node; all faults come in one CONFIG_* fault. */
export function readEdgeConfig(environment: Environment): EdgeConfig {
  return readSettings(schema, environment);
}
