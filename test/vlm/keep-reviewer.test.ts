import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepReviewer } from '#vlm/openai/keep-reviewer.ts';
import { check } from '#vlm/cli/check.ts';
import { parseVlmCommand } from '#vlm/cli/options.ts';
import { startContractServer, type ContractServer } from '../support/contract-server.ts';
import { never, optionsOf, question } from '../support/reviewer-question.ts';
import { agree, knowGolden } from '../support/scripted-answers.ts';

let server: ContractServer;

beforeEach(async () => {
  server = await startContractServer(agree);
});
afterEach(() => server[Symbol.asyncDispose]());

describe('a reviewer that is kept', () => {
  it('is not asked about a part before the handshake, nor while it is refused, and says why', async () => {
    server.behave({ held: 'hello' });
    const heard: boolean[] = [];
    using kept = keepReviewer(optionsOf(server), {
      againMs: 20,
      withinMs: 20_000,
      onShaken: ({ holds }) => void heard.push(holds),
    });
    const early = (await kept.ask(question, never)).review;
    expect(early).toMatchObject({ kind: 'unavailable', reason: 'handshake', detail: 'the handshake is under way' });
    await kept.first;
    const refused = (await kept.ask(question, never)).review;
    expect(refused).toMatchObject({ reason: 'handshake', record: null });
    expect(refused.kind === 'unavailable' && refused.detail).toContain('schema: the server does not keep to');
    expect(kept.standing()).toMatchObject({ holds: false, refusal: { step: 'schema' } });
    expect(server.requests).toHaveLength(0);

    server.behave({});
    await expect.poll(() => kept.standing().holds, { timeout: 20_000 }).toBe(true);
    expect((await kept.ask(question, never)).review).toMatchObject({ kind: 'answered', id: question.id });
    expect(heard[0]).toBe(false);
    expect(heard.at(-1)).toBe(true);
  });
});

describe('npm run vlm -- check', () => {
  const run = async (args: readonly string[]) => {
    const command = parseVlmCommand(args);
    if (command.kind !== 'check') throw new Error(command.kind);
    const lines: string[] = [];
    return { code: await check(command.check, (line) => void lines.push(line)), lines };
  };

  it('says of a good server that every step holds, and how its model can be told from another', async () => {
    server.play(knowGolden(agree));
    const { code, lines } = await run(['check', server.baseUrl]);
    expect(lines.slice(0, 4)).toEqual(['models  holds', 'tokens  holds', 'schema  holds', 'golden  holds']);
    expect(lines[4]).toMatch(/fingerprint [0-9a-f]{64}$/);
    expect(code).toBe(0);
  });

  it('says of another which step fails, and the flag to set', async () => {
    server.behave({ tokensOf: () => 1024 });
    const { code, lines } = await run(['check', server.baseUrl]);
    expect(code).toBe(1);
    expect(lines).toEqual([
      'models  holds',
      expect.stringContaining('tokens  fails'),
      expect.stringContaining('--mm-processor-kwargs'),
    ]);
  });

  it.each([
    { name: 'no command', args: [], says: 'is no command' },
    { name: 'no address', args: ['check'], says: 'takes the URL' },
    { name: 'no profile', args: ['check', 'http://a/v1', '--profile', 'x'], says: '--profile' },
  ])('refuses $name', ({ args, says }) => {
    expect(() => parseVlmCommand(args)).toThrow(says);
  });
});
