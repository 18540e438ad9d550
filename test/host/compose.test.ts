import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readEdgeConfig } from '#edge/config.ts';
import { readHmiConfig } from '#hmi/config.ts';
import { settingsTable } from '#host/settings-table.ts';
import type { Environment } from '#host/settings.ts';
import { readMesConfig } from '#mes/config.ts';
import { readStoreConfig } from '#store/config.ts';

interface Service {
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const text = readFileSync('docker-compose.yml', 'utf8');
const { services } = parse(text, { merge: true }) as { readonly services: Readonly<Record<string, Service>> };

/** The environment of a service where nobody has set anything. */
function environmentOf(service: string): Environment {
  const entries = Object.entries(services[service]?.environment ?? {});
  return Object.fromEntries(entries.map(([key, value]) => [key, value.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1')]));
}

const readers: Readonly<Record<string, (environment: Environment) => unknown>> = {
  edge: (environment) => readEdgeConfig({ ...environment, HAIRLINE_OPCUA_URL: 'opc.tcp://camera-1:4840' }),
  store: readStoreConfig,
  mes: readMesConfig,
  hmi: readHmiConfig,
};

describe('docker-compose.yml', () => {
  it.each(Object.entries(readers))('starts %s with settings that it takes', (service, read) => {
    const words = services[service]?.command ?? [];
    // Between the two may stand flags of Node's.
    expect([words.at(0), words.at(-1)]).toEqual(['node', `${service}/main.ts`]);
    expect(() => read(environmentOf(service))).not.toThrow();
  });

  it('asks for settings alone, and for what only it needs', () => {
    const asked = new Set(Array.from(text.matchAll(/\$\{(HAIRLINE_\w+)/g), ([, name]) => name ?? ''));
    const own = [...asked].filter((name) => !(name in settingsTable));
    expect(own.toSorted()).toEqual(['HAIRLINE_DB_PASSWORD', 'HAIRLINE_HMI_DB_PASSWORD', 'HAIRLINE_VLM_LISTEN']);
  });

  it('lets the dashboard in with the rights of its role', () => {
    expect(new URL(environmentOf('hmi')['HAIRLINE_DATABASE_URL'] ?? '').username).toBe('hairline_hmi');
    expect(readFileSync('docs/plant/dashboard-role.sh', 'utf8')).toContain('create role hairline_hmi login');
  });
});
