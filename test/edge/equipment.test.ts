import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openGoldenFolder } from '#edge/detect/golden-folder.ts';
import { readEquipment, type EquipmentSettings } from '#edge/http/equipment.ts';
import type { StationRecipes } from '#edge/inspect/station-recipes.ts';
import { sha256Of } from '#vlm/service/service-file.ts';
import { scratchFolder } from '../support/edge-disk.ts';

const model = (name: string) => ({ name, version: '1.0.0', sha256: 'a'.repeat(64) });

describe('what an edge node tells that it works with', () => {
  let stack: DisposableStack;
  let dir: string;
  beforeEach(() => {
    stack = new DisposableStack();
    dir = stack.use(scratchFolder()).path;
  });
  afterEach(() => stack.dispose());

  const settings = (more: Partial<EquipmentSettings> = {}): EquipmentSettings => ({
    HAIRLINE_DATA_DIR: dir,
    HAIRLINE_MODEL_DIR: resolve('detector/models'),
    HAIRLINE_OPCUA_URL: 'opc.tcp://inspector:secret@camera:4840/',
    HAIRLINE_OPCUA_SECURITY: 'Basic256Sha256',
    HAIRLINE_CAMERA_FILE: undefined,
    HAIRLINE_VLM_BASE_URL: 'http://hairline:secret@gpu-host:8000/v1',
    HAIRLINE_VLM_MODEL: 'inspector-v1',
    HAIRLINE_VLM_PROFILE: 'vllm/qwen2.5',
    HAIRLINE_VLM_SERVICE_FILE: undefined,
    ...more,
  });
  const recipes = new Map([
    ['a', { model: model('pcb-pair') }],
    ['b', { model: model('pcb-pair') }],
    ['c', { model: model('of-a-plant') }],
  ]) as unknown as StationRecipes;

  it('is each model once with its card, and no password of an address', async () => {
    const told = await readEquipment(settings(), { recipes, goldenFolder: openGoldenFolder(join(dir, 'golden')) });
    expect(told.models.map(({ name, card }) => [name, card?.split('\n')[0] ?? null])).toEqual([
      ['pcb-pair', '# pcb-pair 1.1.0'],
      ['of-a-plant', null],
    ]);
    expect(told.camera).toEqual({ url: 'opc.tcp://inspector@camera:4840/', security: 'Basic256Sha256', file: null });
    expect(JSON.stringify(told)).not.toContain('secret');
  });

  it('is every golden sample of its folder, whether a part was held against it yet or not, and its picture', async () => {
    const folder = openGoldenFolder(join(dir, 'golden'));
    expect(await folder.list()).toEqual([]);
    for (const [product, view] of [
      ['b', 'top'],
      ['a', 'bottom'],
      ['a', 'top'],
    ] as const) {
      mkdirSync(join(dir, 'golden', product), { recursive: true });
      writeFileSync(join(dir, 'golden', product, `${view}.png`), `${product} ${view}`);
    }
    writeFileSync(join(dir, 'golden', 'a', 'notes.txt'), 'no picture');
    const { goldens } = await readEquipment(settings(), { recipes, goldenFolder: folder });
    expect(goldens).toEqual([
      { productId: 'a', viewId: 'bottom', sha256: sha256Of('a bottom') },
      { productId: 'a', viewId: 'top', sha256: sha256Of('a top') },
      { productId: 'b', viewId: 'top', sha256: sha256Of('b top') },
    ]);
    expect(await folder.read(sha256Of('a top'))).toEqual({ bytes: Buffer.from('a top'), mediaType: 'image/png' });
    writeFileSync(join(dir, 'golden', 'a', 'top.png'), 'another picture');
    expect(await folder.read(sha256Of('a top'))).toBeNull();
    expect((await folder.read(sha256Of('another picture')))?.bytes).toEqual(Buffer.from('another picture'));
  });

  it('is a reviewer that nobody has qualified, with the prompt it is asked by', async () => {
    const { reviewer } = await readEquipment(settings(), {
      recipes,
      goldenFolder: openGoldenFolder(join(dir, 'golden')),
    });
    expect(reviewer).toMatchObject({
      model: 'inspector-v1',
      prompt: { id: 'inspect-1' },
      qualified: null,
      earlier: [],
    });
  });

  it('is the reviewer in service as it passed the change gate', async () => {
    const text = 'look';
    const service = {
      model: 'inspector-v2',
      fingerprint: 'b'.repeat(64),
      profile: 'vllm/qwen2.5',
      prompt: { id: 'inspect-2', sha256: sha256Of(text), text },
      calibration: null,
      retained: { sha256: 'c'.repeat(64), defects: 50, missed: 1, falseCalls: 40, calledDefect: 3 },
      qualifiedAt: '2026-11-20T09:00:00.000Z',
    };
    const earlier = [{ ...service, model: 'inspector-v1' }];
    writeFileSync(join(dir, 'reviewer.json'), JSON.stringify({ schemaVersion: 1, inService: service, earlier }));
    const { reviewer } = await readEquipment(settings(), {
      recipes,
      goldenFolder: openGoldenFolder(join(dir, 'golden')),
    });
    expect(reviewer).toMatchObject({
      model: 'inspector-v2',
      prompt: { id: 'inspect-2', text },
      qualified: {
        at: service.qualifiedAt,
        defects: 50,
        missed: 1,
        falseCalls: 40,
        calledDefect: 3,
        calibrated: false,
      },
      earlier: [{ model: 'inspector-v1', promptId: 'inspect-2' }],
    });
  });

  it('is no reviewer where none is configured', async () => {
    expect(
      (
        await readEquipment(settings({ HAIRLINE_VLM_BASE_URL: undefined }), {
          recipes,
          goldenFolder: openGoldenFolder(join(dir, 'golden')),
        })
      ).reviewer,
    ).toBeNull();
  });
});
