import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reviewerFromSettings } from '#vlm/openai/reviewer-from-settings.ts';
import { shakeHands } from '#vlm/openai/shake-hands.ts';
import { gateFault } from '#vlm/service/gate.ts';
import type { Service } from '#vlm/service/service-file.schema.ts';
import { readService, rollBack, sha256Of, takeIntoService } from '#vlm/service/service-file.ts';
import { startContractServer } from '../support/contract-server.ts';
import { never, prompt, question, reviewerOf } from '../support/reviewer-question.ts';
import { agree } from '../support/scripted-answers.ts';

const retained = { sha256: sha256Of('set'), defects: 100, missed: 2, falseCalls: 50, calledDefect: 20 };

function service(changes: Partial<Service> = {}): Service {
  return {
    model: 'inspector-v1',
    fingerprint: sha256Of('weights'),
    profile: 'vllm/qwen2.5',
    prompt: { id: prompt.id, sha256: prompt.sha256, text: prompt.text },
    calibration: { temperature: 2, answers: 150, sha256: sha256Of('calibration') },
    retained,
    qualifiedAt: '2026-11-22T05:00:00.000Z',
    ...changes,
  };
}

const other = { model: 'inspector-v2', fingerprint: sha256Of('other') };

describe('the gate', () => {
  it.each<{ name: string; candidate: Service; inService: Service | null; says: string | null }>([
    { name: 'lets the first in', candidate: service(), inService: null, says: null },
    {
      name: 'lets one in that misses as many',
      candidate: service(other),
      inService: service(),
      says: null,
    },
    {
      name: 'refuses one more missed defect',
      candidate: service({ ...other, retained: { ...retained, missed: 3 } }),
      inService: service(),
      says: 'misses 3 of 100',
    },
    {
      name: 'refuses a prompt that misses more, with the same weights',
      candidate: service({
        prompt: { id: 'inspect-2', sha256: sha256Of('x'), text: 'x' },
        retained: { ...retained, missed: 3 },
      }),
      inService: service(),
      says: 'misses 3',
    },
    {
      name: 'compares on one set only',
      candidate: service({ ...other, retained: { ...retained, sha256: sha256Of('easier'), missed: 0 } }),
      inService: service(),
      says: 'another set',
    },
    {
      name: 'lets the one in service be measured on another set',
      candidate: service({ retained: { ...retained, sha256: sha256Of('harder'), missed: 9 } }),
      inService: service(),
      says: null,
    },
    {
      name: 'refuses the one in service where it misses more than it did, so that an outage never becomes the measure',
      candidate: service({ retained: { ...retained, missed: 100 } }),
      inService: service(),
      says: 'misses 100 of 100',
    },
    {
      name: 'refuses a set without a defect, the first too',
      candidate: service({ retained: { ...retained, defects: 0, missed: 0 } }),
      inService: null,
      says: 'no known defect',
    },
  ])('$name', ({ candidate, inService, says }) => {
    const fault = gateFault(candidate, inService);
    expect(fault ?? 'may').toContain(says ?? 'may');
  });
});

describe('the file of what is in service', () => {
  let dir: string;
  let file: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'hairline-service-'));
    file = join(dir, 'data', 'reviewer.json');
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('keeps what was before, and one command takes it back', async () => {
    expect(await readService(file)).toBeNull();
    expect(await rollBack(file)).toBeNull();
    await takeIntoService(file, service());
    await takeIntoService(file, service(other));
    expect((await readService(file))?.inService.model).toBe('inspector-v2');
    expect((await rollBack(file))?.model).toBe('inspector-v1');
    expect(await readService(file)).toEqual({ schemaVersion: 1, inService: service(), earlier: [] });
    expect(await rollBack(file)).toBeNull();
  });

  it.each([
    { name: 'a prompt that was edited', change: (text: string) => text.replace('You inspect', 'You accept') },
    {
      name: 'a key nobody knows',
      change: (text: string) => text.replace('"schemaVersion"', '"x": 1, "schemaVersion"'),
    },
    { name: 'half a file', change: (text: string) => text.slice(0, 200) },
  ])('is refused with $name', async ({ change }) => {
    await takeIntoService(file, service());
    await writeFile(file, change(await readFile(file, 'utf8')));
    await expect(readService(file)).rejects.toMatchObject({ code: 'SERVICE_FILE_INVALID' });
  });

  it('is what the edge node asks by, whatever the settings name; other weights are refused', async () => {
    await using server = await startContractServer(agree);
    const shaken = await shakeHands({ ...(await named()), baseUrl: server.baseUrl, onAsked: server.onAsked }, never);
    if (!shaken.holds) throw new Error(shaken.detail);
    await takeIntoService(file, service({ fingerprint: shaken.fingerprint }));
    const options = await reviewerFromSettings(settings(server.baseUrl, 'not-qualified'), file);
    if (options === null) throw new Error('no reviewer');
    expect(options).toMatchObject({ model: 'inspector-v1', prompt: { sha256: prompt.sha256 } });
    const asked = { ...options, onAsked: server.onAsked };
    expect(await shakeHands(asked, never)).toMatchObject({ holds: true });
    const { review } = await reviewerOf(server, asked).ask(question, never);
    expect(review.record?.calibrationSha256).toBe(sha256Of('calibration'));
    server.behave({ root: 'weights-2' });
    expect(await shakeHands(asked, never)).toMatchObject({ holds: false, step: 'models' });
  });

  async function named() {
    const options = await reviewerFromSettings(settings('http://127.0.0.1:9/v1', 'inspector-v1'), file);
    if (options === null) throw new Error('no reviewer');
    return options;
  }

  function settings(url: string, model: string) {
    return { HAIRLINE_VLM_BASE_URL: url, HAIRLINE_VLM_MODEL: model, HAIRLINE_VLM_PROFILE: 'vllm/qwen2.5' as const };
  }
});
