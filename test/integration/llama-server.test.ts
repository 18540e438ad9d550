import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { freePort } from '#line/free-port.ts';
import { createReviewer } from '#vlm/openai/create-reviewer.ts';
import { shakeHands } from '#vlm/openai/shake-hands.ts';
import { profiles } from '#vlm/profiles.ts';
import { prompt, question } from '../support/reviewer-question.ts';

// The client before an engine that is not ours: llama.cpp's own server, with the tiny reviewer's weights.
const python = process.env['HAIRLINE_TEST_PYTHON'] ?? 'python3';
const hasServer = spawnSync(python, ['-c', 'import xllamacpp'], { stdio: 'ignore' }).status === 0;
if (!hasServer) process.stderr.write('llama.cpp server: not run, no python3 with xllamacpp here\n');

const patience = AbortSignal.timeout(300_000);

it.runIf(hasServer)(
  'llama.cpp is asked and heard as its profile says',
  async () => {
    await using server = await startLlamaServer();
    const profile = profiles['llama-server/qwen2.5'];
    const options = { baseUrl: server.baseUrl, model: 'inspector-v1', profile, apiKey: null, prompt };

    // It offers the model, counts the tokens of an image as they are sent, and keeps a schema against its prompt. Only
    // weights of under a million parameters see no defect in a prompt they were not made for, and are refused for that.
    expect(await shakeHands(options, patience)).toMatchObject({ holds: false, step: 'golden' });

    const reviewer = createReviewer(options);
    const asked = [1, 2, 3].map((seed) => ({ ...question, seed, deadlineMs: 120_000 }));
    const reviews = [];
    for (const one of asked) reviews.push((await reviewer.ask(one, patience)).review);
    for (const review of reviews) {
      const reached = review.kind === 'answered' ? 'answered' : review.reason;
      // Each answer came whole and is JSON; what it says is up to the ladder.
      expect(['answered', 'schema', 'wrong-id', 'box-outside']).toContain(reached);
      expect(review.record).toMatchObject({ model: 'inspector-v1', promptTokens: expect.any(Number) });
      expect(() => JSON.parse(review.record?.rawAnswer ?? '') as unknown).not.toThrow();
    }
  },
  400_000,
);

async function startLlamaServer(): Promise<AsyncDisposable & { readonly baseUrl: string }> {
  const files = ['model.gguf', 'mmproj.gguf'].map((name) => `vlm/models/embedded/${name}`);
  const args = ['test/support/llama-server.py', ...files, String(await freePort())];
  const child = spawn(python, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const { value } = (await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()) as {
    value: string;
  };
  return {
    baseUrl: `${value}/v1`,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGKILL');
      await closed;
    },
  };
}
