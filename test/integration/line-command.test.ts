import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

describe('npm start without the two dashes', () => {
  it('starts nothing, and says the command that was meant', async () => {
    const env = { ...process.env, npm_config_parts: 'true' };
    const ended = await new Promise<{ code: unknown; said: string }>((done) => {
      execFile(process.execPath, [resolve('line/main.ts'), '3'], { env, timeout: 20_000 }, (error, _out, said) =>
        done({ code: error?.code, said }),
      );
    });
    expect(ended.code).toBe(2);
    expect(ended.said).toContain('npm start -- --parts 3');
  });
});
