import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';
import { brokerAddress, wholeBrokerLogin } from '#host/broker-settings.ts';
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

const addresses = z.string().transform((text, context) => {
  const given = text.split(',').map((part) => part.trim());
  for (const one of given.filter((address) => !isAddress(address))) {
    context.addIssue({ code: 'custom', message: `"${one}" is no IP address, nor one with /bits` });
  }
  return given;
});

function isAddress(text: string): boolean {
  const [address = '', bits] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return most > 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
}

const shippedRecipes = resolve(import.meta.dirname, '../rules/recipes');

const schema = z
  .object({
    ...serverSettings,
    HAIRLINE_EDGE_URLS: edgeUrlsSetting,
    HAIRLINE_EVIDENCE_DIR: z.string().optional(),
    HAIRLINE_RECIPE_DIR: z.string().default(shippedRecipes),
    HAIRLINE_HTTP_HOST: z.string().default('127.0.0.1'),
    HAIRLINE_HTTP_NAMES: hostNames.optional(),
    HAIRLINE_HTTP_PROXIES: addresses.optional(),
    HAIRLINE_HTTP_PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
    HAIRLINE_HMI_ANONYMOUS_ROLE: z.enum(['none', 'viewer']).default('viewer'),
    HAIRLINE_API_TOKEN: z.string().min(16, 'at least 16 characters, so that nobody guesses it').optional(),
  })
  .superRefine(wholeBrokerLogin)
  .transform((read) => ({
    databaseUrl: read.HAIRLINE_DATABASE_URL,
    broker: brokerAddress(read),
    edgeUrls: read.HAIRLINE_EDGE_URLS,
    evidenceDir: read.HAIRLINE_EVIDENCE_DIR ?? null,
    recipeDir: read.HAIRLINE_RECIPE_DIR,
    host: read.HAIRLINE_HTTP_HOST,
    names: (read.HAIRLINE_HTTP_NAMES ?? []) as readonly string[],
    port: read.HAIRLINE_HTTP_PORT,
    proxies: (read.HAIRLINE_HTTP_PROXIES ?? []) as readonly string[],
    anonymousRole: read.HAIRLINE_HMI_ANONYMOUS_ROLE === 'none' ? null : read.HAIRLINE_HMI_ANONYMOUS_ROLE,
    token: read.HAIRLINE_API_TOKEN ?? null,
  }));

/** Settings of the dashboard. `edgeUrls` by station, without a slash at the end; `names` in lower case; `token` null: none; `anonymousRole` null: nothing. */
export type HmiConfig = z.output<typeof schema>;

/** @throws FaultError CONFIG_INVALID, CONFIG_UNKNOWN_KEY naming every fault */
export function readHmiConfig(environment: Environment): HmiConfig {
  return readSettings(schema, environment);
}
