import { describe, expect, it } from 'vitest';
import { readHmiConfig } from '#hmi/config.ts';

const least = { HAIRLINE_DATABASE_URL: 'postgres://db/hairline', HAIRLINE_MQTT_URL: 'mqtt://broker' };

describe('settings of the dashboard', () => {
  it('listens on the loopback interface unless told otherwise', () => {
    expect(readHmiConfig(least)).toMatchObject({ host: '127.0.0.1', names: [], port: 8080, token: null });
  });

  it('reads the addresses of edge nodes by station', () => {
    const { edgeUrls } = readHmiConfig({ ...least, HAIRLINE_EDGE_URLS: 'pcb=http://a:1/, ballscrew=https://b' });
    expect([...edgeUrls]).toEqual([
      ['pcb', 'http://a:1'],
      ['ballscrew', 'https://b'],
    ]);
  });

  it('reads the names it is reached by as browsers send them', () => {
    const { names } = readHmiConfig({ ...least, HAIRLINE_HTTP_NAMES: 'Dashboard.Plant.example, panel-3' });
    expect(names).toEqual(['dashboard.plant.example', 'panel-3']);
  });

  it.each(['https://dashboard.plant.example', 'dashboard:8443', '*.plant.example', 'a b', 'a,,b', 'häuser.example'])(
    'refuses "%s" as names',
    (text) => {
      const wrong = { ...least, HAIRLINE_HTTP_NAMES: text };
      expect(() => readHmiConfig(wrong)).toThrow(/HAIRLINE_HTTP_NAMES.* is no host name/);
    },
  );

  it('lets anybody look on unless told otherwise, and nobody do more without signing in', () => {
    expect(readHmiConfig(least).anonymousRole).toBe('viewer');
    expect(readHmiConfig({ ...least, HAIRLINE_HMI_ANONYMOUS_ROLE: 'none' }).anonymousRole).toBeNull();
    expect(() => readHmiConfig({ ...least, HAIRLINE_HMI_ANONYMOUS_ROLE: 'operator' })).toThrow(/ANONYMOUS_ROLE/);
  });

  it('believes no proxy but those it is told of', () => {
    expect(readHmiConfig(least).proxies).toEqual([]);
    const { proxies } = readHmiConfig({ ...least, HAIRLINE_HTTP_PROXIES: '10.0.0.7, 10.1.0.0/16, fd00::/8' });
    expect(proxies).toEqual(['10.0.0.7', '10.1.0.0/16', 'fd00::/8']);
  });

  it.each(['proxy.plant.example', '10.0.0.7/33', '10.0.0', '10.0.0.7/', 'fd00::/129', '10.0.0.7,', 'true'])(
    'refuses "%s" as proxies',
    (text) => {
      expect(() => readHmiConfig({ ...least, HAIRLINE_HTTP_PROXIES: text })).toThrow(/no IP address/);
    },
  );

  it('names every fault at once', () => {
    const wrong = { HAIRLINE_MQTT_URL: 'x', HAIRLINE_EDGE_URLS: 'pcb:http', HAIRLINE_API_TOKEN: 'short' };
    expect(() => readHmiConfig(wrong)).toThrow(
      /HAIRLINE_DATABASE_URL[^]*HAIRLINE_MQTT_URL[^]*HAIRLINE_EDGE_URLS[^]*HAIRLINE_API_TOKEN/,
    );
  });
});
