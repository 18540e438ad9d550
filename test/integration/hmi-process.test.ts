import { describe, expect, it } from 'vitest';
import { spawnProcess } from '../support/spawn-process.ts';

const environment = {
  HAIRLINE_DATABASE_URL: 'postgres://127.0.0.1:9/nowhere',
  HAIRLINE_MQTT_URL: 'mqtt://127.0.0.1:9',
  HAIRLINE_HTTP_PORT: '0',
};

describe('the log of the dashboard', () => {
  it('carries the link whose token the dashboard made', async () => {
    await using hmi = spawnProcess('hmi/main.ts', environment);
    const { link } = await hmi.ready;
    await expect.poll(hmi.said).toContain('dashboard serves');
    expect(hmi.said()).toContain(String(link));
  });

  it('does not carry a token that was set; who started the dashboard still gets the link', async () => {
    const token = 'set-by-the-operator-1';
    await using hmi = spawnProcess('hmi/main.ts', { ...environment, HAIRLINE_API_TOKEN: token });
    const { link, url } = await hmi.ready;
    expect(link).toBe(`${String(url)}?token=${token}`);
    await expect.poll(hmi.said).toContain('dashboard serves');
    expect(hmi.said()).toContain(String(url));
    expect(hmi.said()).not.toContain(token);
  });

  it('tells of a broker that is away, and serves', async () => {
    await using hmi = spawnProcess('hmi/main.ts', environment);
    await hmi.ready;
    await expect.poll(hmi.said).toContain('BROKER_UNREACHABLE');
  });
});
