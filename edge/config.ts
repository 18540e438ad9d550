import { resolve } from 'node:path';
import { z } from 'zod';
import { reviewerSettings } from '#vlm/openai/reviewer-from-settings.ts';
import type { StationUser } from '#edge/opcua/station-user.ts';
import { stationSecurities } from '#edge/opcua/transport.ts';
import { brokerSettings, wholeBrokerLogin } from '#host/broker-settings.ts';
import { recipeKeySetting } from '#host/recipe-key.ts';
import { readPem } from '#host/read-pem.ts';
import { readSettings, type Environment } from '#host/settings.ts';

const topicLevel = z.string().regex(/^[A-Za-z0-9_-]+$/, 'must be one topic level: letters, digits, - and _');
const folder = z.string().transform((path) => resolve(path));
const shipped = (path: string): string => resolve(import.meta.dirname, '..', path);

const toolSettings = {
  HAIRLINE_DATA_DIR: folder.default(resolve('.hairline')),
  HAIRLINE_OPCUA_SECURITY: z.enum(stationSecurities).default('Basic256Sha256'),
  HAIRLINE_OPCUA_USER: z.string().optional(),
  HAIRLINE_OPCUA_PASSWORD: z.string().optional(),
  HAIRLINE_OPCUA_USER_CERTIFICATE: readPem.optional(),
  HAIRLINE_OPCUA_USER_KEY: readPem.optional(),
};

interface UserSettings {
  readonly HAIRLINE_OPCUA_USER?: string | undefined;
  readonly HAIRLINE_OPCUA_PASSWORD?: string | undefined;
  readonly HAIRLINE_OPCUA_USER_CERTIFICATE?: string | undefined;
  readonly HAIRLINE_OPCUA_USER_KEY?: string | undefined;
}

/** Each setting of a login with the one that it is nothing without: half a login would log nobody in. */
const loginPairs = [
  ['HAIRLINE_OPCUA_USER_CERTIFICATE', 'HAIRLINE_OPCUA_USER_KEY'],
  ['HAIRLINE_OPCUA_USER_KEY', 'HAIRLINE_OPCUA_USER_CERTIFICATE'],
  ['HAIRLINE_OPCUA_PASSWORD', 'HAIRLINE_OPCUA_USER'],
] as const;

function wholeLogin(settings: UserSettings, context: z.RefinementCtx): void {
  for (const [key, needed] of loginPairs) {
    if (settings[key] !== undefined && settings[needed] === undefined)
      context.addIssue({ code: 'custom', path: [needed], message: `has to be set too, as ${key} is` });
  }
}

/** What looking at frames takes. */
const cameraSettings = {
  ...toolSettings,
  HAIRLINE_OPCUA_URL: z.url({ protocol: /^opc\.tcp$/, error: 'must be an URL like opc.tcp://host:4840' }),
  HAIRLINE_CAMERA_FILE: folder.optional(),
  HAIRLINE_RECIPE_DIR: folder.default(shipped('rules/recipes')),
  HAIRLINE_GOLDEN_DIR: folder.optional(),
  HAIRLINE_MODEL_DIR: folder.default(shipped('detector/models')),
};

const edgeSettings = z.object({
  ...cameraSettings,
  HAIRLINE_STATION_ID: topicLevel,
  ...brokerSettings,
  ...recipeKeySetting,
  HAIRLINE_SITE: topicLevel.default('demo'),
  HAIRLINE_LINE: topicLevel.default('line1'),
  HAIRLINE_EDGE_HOST: z.string().default('127.0.0.1'),
  HAIRLINE_EDGE_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  HAIRLINE_EDGE_MACHINE_VISION_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  ...reviewerSettings,
});

const schema = edgeSettings.superRefine(wholeLogin).superRefine(wholeBrokerLogin);
const calibrationSchema = z.object(cameraSettings).superRefine(wholeLogin);
const toolSchema = z.object(toolSettings).superRefine(wholeLogin);

/** Settings of an edge node. */
export type EdgeConfig = z.infer<typeof schema>;

/** Reads the settings of an edge node; all faults come in one CONFIG_* fault. */
export function readEdgeConfig(environment: Environment): EdgeConfig {
  return readSettings(schema, environment);
}

/** Settings of the commands of `npm run edge`; those of the edge node may be set too. */
export function readToolConfig(environment: Environment): z.infer<typeof toolSchema> {
  return readSettings(toolSchema, environment);
}

/** Settings of `npm run edge -- calibrate`. */
export function readCalibrationConfig(environment: Environment): z.infer<typeof calibrationSchema> {
  return readSettings(calibrationSchema, environment);
}

/** Who logs in to the station; undefined for nobody in particular. */
export function userOf(config: UserSettings): StationUser | undefined {
  const { HAIRLINE_OPCUA_USER_CERTIFICATE: certificate, HAIRLINE_OPCUA_USER_KEY: key } = config;
  if (certificate !== undefined && key !== undefined) return { kind: 'certificate', certificate, key };
  const { HAIRLINE_OPCUA_USER: name, HAIRLINE_OPCUA_PASSWORD: password = '' } = config;
  return name === undefined ? undefined : { kind: 'name', name, password };
}
