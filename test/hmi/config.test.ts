import { describe, expect, it } from 'vitest';
import { readHmiConfig } from '#hmi/config.ts';

const least = { HAIRLINE_DATABASE_URL: 'postgres://db/hairline', HAIRLINE_MQTT_URL: 'mqtt://broker' };

describe('settings of the dashboard', () => {
  it('listens on the loopback interface unless told otherwise', () => {
    expect(readHmiConfig(least)).toMatchObject({ host: '127.0.0.1', port: 8080, token: null });
  });

  it('reads the addresses of edge nodes by station', () => {
    const { edgeUrls } = readHmiConfig({ ...least, HAIRLINE_EDGE_URLS: 'pcb=http://a:1/, ballscrew=https://b' });
    expect([...edgeUrls]).toEqual([
      ['pcb', 'http://a:1'],
      ['ballscrew', 'https://b'],
    ]);
  });

  it('names every fault at once', () => {
    const wrong = { HAIRLINE_MQTT_URL: 'x', HAIRLINE_EDGE_URLS: 'pcb:http', HAIRLINE_API_TOKEN: 'short' };
    expect(() => readHmiConfig(wrong)).toThrow(
      /HAIRLINE_DATABASE_URL[^]*HAIRLINE_MQTT_URL[^]*HAIRLINE_EDGE_URLS[^]*HAIRLINE_API_TOKEN/,
    );
  });
});
