import { describe, expect, it } from 'vitest';
import { readStoreConfig } from '#store/config.ts';

const least = { HAIRLINE_DATABASE_URL: 'postgres://db/hairline', HAIRLINE_MQTT_URL: 'mqtt://broker' };
const thrownBy = (more: Record<string, string>): unknown => {
  try {
    return readStoreConfig({ ...least, ...more });
  } catch (error) {
    return error;
  }
};

describe('settings of the store', () => {
  it('keep images in a folder that comes with the addresses of edge nodes', () => {
    const both = { HAIRLINE_EVIDENCE_DIR: '/data', HAIRLINE_EDGE_URLS: 'pcb=http://a:1' };
    expect(thrownBy(both)).toMatchObject({ HAIRLINE_EVIDENCE_DIR: '/data' });
    expect(thrownBy({ HAIRLINE_EDGE_URLS: 'pcb=http://a:1' })).toMatchObject({ HAIRLINE_EVIDENCE_GIB: 100 });
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['a folder that nothing fills', { HAIRLINE_EVIDENCE_DIR: '/data' }, /^HAIRLINE_EDGE_URLS: names no edge node/],
    [
      'a station named twice',
      { HAIRLINE_EDGE_URLS: 'pcb=http://a:1,pcb=http://b:1' },
      /^HAIRLINE_EDGE_URLS: station "pcb" is named twice/,
    ],
  ])('refuse %s, and say where and what to do', (_name, more, message) => {
    expect(thrownBy(more)).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(message),
      place: 'environment',
      wayOut: expect.stringContaining('docs/configuration.md'),
    });
  });
});
