import { describe, expect, it } from 'vitest';
import { spawnProcess } from '../support/spawn-process.ts';

const script = 'vlm/embedded/main.ts';

describe('the process of the embedded reviewer', () => {
  it('tells where it serves and under what name', async () => {
    await using process = spawnProcess(script, {});
    const { baseUrl, model } = await process.ready;
    const models = (await (await fetch(`${String(baseUrl)}/models`)).json()) as { data: { id: string }[] };
    expect(models.data.map(({ id }) => id)).toEqual([model]);
  });

  it('says what is missing and ends, so that the line can do without', async () => {
    await using process = spawnProcess(script, {}, ['--model-dir', '/nonexistent']);
    await expect(process.ready).rejects.toThrow('MODEL_MISSING');
  });
});
