import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startContractServer, type ContractServer, type Script } from '../support/contract-server.ts';
import { runNode } from '../support/run-node.ts';
import { answer, knowGolden } from '../support/scripted-answers.ts';

/** Calls every place a defect of some label: misses none. */
const callsAll: Script = ({ id }) =>
  answer({
    id,
    verdict: 'defect',
    bbox_2d: [20, 20, 90, 90],
    label: 'spur',
    severity: 'major',
    explanation: 'Copper stands out.',
  });
/** Sees nothing anywhere: misses all. */
const seesNothing: Script = ({ id }) =>
  answer({
    id,
    verdict: 'uncertain',
    bbox_2d: [0, 0, 0, 0],
    label: 'none',
    severity: 'minor',
    explanation: 'Nothing.',
  });

let folder: string;
let server: ContractServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hairline-qualify-'));
  const drawn = await runNode(['line/boards/export.ts', '--out', folder, '--parts', '4', '--seed', '5']);
  if (drawn.code !== 0) throw new Error(drawn.said);
  server = await startContractServer(knowGolden(callsAll));
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const service = (): readonly string[] => ['--service', join(folder, 'reviewer.json')];

function qualify() {
  const set = ['--coco', join(folder, 'coco.json'), '--root', folder, '--template'];
  return runNode(['vlm/cli/main.ts', 'qualify', '--url', server.baseUrl, ...set, ...service()]);
}

/** Fingerprint of the weights in service. */
async function inService(): Promise<unknown> {
  const { output } = await runNode(['vlm/cli/main.ts', 'status', ...service()]);
  return (JSON.parse(output) as { fingerprint: string }).fingerprint;
}

describe('a reviewer that is to be taken into service', () => {
  it('goes through the gate: the first is let in, a worse one is refused, an equal one follows, and one command goes back', async () => {
    server.behave({ root: 'weights-1' });
    const first = await qualify();
    expect(first, first.said).toMatchObject({ code: 0 });
    expect(first.output).toMatch(/misses 0 of \d+ known defects/);
    expect(first.output).toContain('the first: what it misses is the measure from now on');
    const before = await inService();

    server.behave({ root: 'weights-2' });
    server.play(knowGolden(seesNothing));
    const worse = await qualify();
    expect(worse.code).toBe(1);
    expect(worse.output).toMatch(/not taken into service: it misses (\d+) of \1 known defects, the one in service 0/);
    expect(await inService()).toBe(before);

    server.play(knowGolden(callsAll));
    expect((await qualify()).code).toBe(0);
    expect(await inService()).not.toBe(before);

    const back = await runNode(['vlm/cli/main.ts', 'rollback', ...service()]);
    expect(back.output).toContain('is in service again');
    expect(await inService()).toBe(before);
  });

  it('is refused before the first part where its server draws images otherwise, with the flag to set', async () => {
    server.behave({ tokensOf: () => 300 });
    const refused = await qualify();
    expect(refused.code).toBe(1);
    expect(refused.said).toContain('--mm-processor-kwargs');
  });
});
