import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendDisposition } from '#store/append-disposition.ts';
import type { Database } from '#store/database.ts';
import { chatLineSchema } from '#store/examples/chat-line.schema.ts';
import type { ExampleSummary } from '#store/examples/export-examples.ts';
import { planExamples } from '#store/examples/plan-examples.ts';
import { openDatabase } from '#store/open-database.ts';
import { evidenceStates } from '#store/queries/evidence-states.ts';
import { freshDatabase, hasPostgres } from '../support/database.ts';
import { scratchFolder } from '../support/edge-disk.ts';
import { runNode } from '../support/run-node.ts';
import { silentLog } from '../support/silent-log.ts';
import { spawnLine } from '../support/spawn-line.ts';

const noServer = (await hasPostgres()) ? '' : 'not run: no PostgreSQL that outlives the line';

interface CocoFile {
  readonly images: readonly {
    readonly file_name: string;
    readonly template?: string;
    readonly group: string;
    readonly side: string;
    readonly kinds: readonly string[];
    readonly uncertain_negative?: boolean;
  }[];
  readonly annotations: readonly unknown[];
  readonly categories: readonly { readonly name: string }[];
}

describe.skipIf(noServer !== '')(`examples of a line whose parts people corrected ${noServer}`, () => {
  const stack = new AsyncDisposableStack();
  let database: Database;
  let dataDir: string;
  let out: string;
  let url: string;
  let summary: ExampleSummary;

  beforeAll(async () => {
    url = stack.use(await freshDatabase()).url;
    dataDir = stack.use(scratchFolder()).path;
    out = join(dataDir, 'examples');
    const args = ['--stations', 'pcb', '--parts', '16', '--interval-ms', '1500'];
    const line = spawnLine(dataDir, args, { HAIRLINE_DATABASE_URL: url });
    const { code } = await line.ended;
    if (code !== 0) throw new Error(line.said());
    database = stack.use(openDatabase({ url, connections: 2, name: 'test', log: silentLog }));
    await correctParts(database);
    const export_ = await runNode(['store/cli/main.ts', 'examples', '--out', out, '--validation', '0.5', '--json'], {
      HAIRLINE_DATABASE_URL: url,
      HAIRLINE_EVIDENCE_DIR: join(dataDir, 'store', 'evidence'),
    });
    if (export_.code !== 0) throw new Error(export_.said);
    summary = JSON.parse(export_.output) as ExampleSummary;
  });
  afterAll(() => stack.disposeAsync());

  const jsonOf = (name: string): CocoFile => JSON.parse(readFileSync(join(out, name), 'utf8')) as CocoFile;
  const linesOf = (side: string): readonly unknown[] =>
    readFileSync(join(out, `${side}.jsonl`), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((text) => JSON.parse(text) as unknown);

  it('are read and scored by npm run eval, golden samples and all', async () => {
    const args = [
      '--coco',
      join(out, 'examples.coco.json'),
      '--root',
      out,
      '--model',
      'pcb-pair',
      '--template',
      '--json',
    ];
    const { code, output, said } = await runNode(['vlm/evaluate/main.ts', ...args]);
    expect(code, said).toBe(0);
    const clean = jsonOf('examples.coco.json').images.filter(({ uncertain_negative }) => !uncertain_negative);
    expect(JSON.parse(output)).toMatchObject({ images: clean.length });
  });

  it('name the labels of the recipe, and files that are there', () => {
    const { images, categories } = jsonOf('examples.coco.json');
    expect(categories.map(({ name }) => name)).toEqual(['open', 'short', 'mousebite', 'spur', 'copper', 'pin-hole']);
    expect(images.length).toBeGreaterThan(0);
    for (const { file_name, template = '' } of images) {
      expect(existsSync(join(out, file_name)), file_name).toBe(true);
      expect(existsSync(join(out, template)), template).toBe(true);
    }
    expect(images.filter(({ kinds }) => kinds.includes('false-call')).length).toBeGreaterThan(0);
  });

  it('are lines of chat under the strict schema, each with its picture', () => {
    const lines = [...linesOf('train'), ...linesOf('validation')].map((line) => chatLineSchema.parse(line));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines).toHaveLength(summary.lines.train + summary.lines.validation);
    for (const { messages } of lines) {
      const { image } = messages[1].content[1];
      expect(existsSync(join(out, image)), image).toBe(true);
    }
  });

  it('keep a part on one side', () => {
    const groups = (side: string): readonly string[] => jsonOf(`${side}.coco.json`).images.map(({ group }) => group);
    const train = new Set(groups('train'));
    expect(groups('validation').filter((group) => train.has(group))).toEqual([]);
    expect(summary.leaks).toEqual({ serials: [], images: [] });
    expect(jsonOf('train.coco.json').images.length).toBe(summary.images.train);
  });

  it('say which images are not there: the frames of a passed part stayed in the ring of its edge node', async () => {
    const { escape, frames, taught } = await plannedFrames(database);
    expect(summary.kinds['escape']).toBe(1);
    expect(escape).toHaveLength(2);
    for (const sha256 of escape) expect(frames.get(sha256), sha256).toBe('image-not-fetched');

    // A line that ends leaves what the store has not fetched yet to its next start: told as well, one by one.
    const there = jsonOf('examples.coco.json').images.map(({ file_name }) => file_name.replace(/^images\/|\..*$/g, ''));
    expect(there.toSorted()).toEqual(taught.toSorted());
    const told = summary.leftOut.filter(({ of }) => of === 'image');
    expect(Object.fromEntries(told.map(({ why, count }) => [why, count]))).toEqual(countsOf([...frames.values()]));
  });

  it('are not mixed with those of an export before', async () => {
    const again = await runNode(['store/cli/main.ts', 'examples', '--out', out], { HAIRLINE_DATABASE_URL: url });
    expect(again).toMatchObject({ code: 2, output: '' });
    expect(again.said).toContain('is not empty');
  });

  it('are noted in the audit', async () => {
    const rows = await database.selectFrom('audit').select('action').where('action', '=', 'examples.export').execute();
    expect(rows).toHaveLength(1);
  });
});

/** Every second called part is a false call, and one passed part has a defect. */
async function correctParts(database: Database): Promise<void> {
  const parts = await database
    .selectFrom('inspection')
    .select(['inspectionId', 'verdict'])
    .where('challenge', '=', false)
    .orderBy('triggerNo')
    .execute();
  const say = async (inspectionId: string, verified: 'defect' | 'false-call', reason: string): Promise<void> => {
    const ids = { dispositionId: randomUUID(), inspectionId, decidedBy: 'maria', personId: null, address: null };
    const disposition = verified === 'defect' ? 'scrap' : 'accept';
    const done = await appendDisposition(database, { ...ids, disposition, verified, reason });
    if (done !== 'appended') throw new Error(`not corrected: ${done}`);
  };
  const called = parts.filter(({ verdict }) => verdict !== 'pass');
  for (const [index, { inspectionId }] of called.entries()) {
    if (index % 2 === 0) await say(inspectionId, 'false-call', 'no-defect');
    else await say(inspectionId, 'defect', 'defect');
  }
  const passed = parts.find(({ verdict }) => verdict === 'pass');
  if (passed) await say(passed.inspectionId, 'defect', 'defect');
}

/** Frames of the export that cannot be taught, by digest, each with why; those of the escape; and those that can. */
async function plannedFrames(database: Database): Promise<{
  readonly escape: readonly string[];
  readonly frames: ReadonlyMap<string, string>;
  readonly taught: readonly string[];
}> {
  const plan = await planExamples(database, { filter: {}, validation: 0.5, recipeDir: 'rules/recipes' });
  const views = (plan?.examples ?? []).flatMap(({ example }) => example.views.map((view) => ({ example, view })));
  const digests = views.flatMap(({ view }) => [view.frameSha256, view.goldenSha256 ?? '']);
  const states = await evidenceStates(database, digests);
  const frames = new Map<string, string>();
  for (const { view } of views) {
    const { frameSha256: frame, goldenSha256: golden } = view;
    if (states.get(frame) !== 'held') frames.set(frame, 'image-not-fetched');
    else if (golden !== null && states.get(golden) !== 'held') frames.set(frame, 'golden-not-fetched');
  }
  const escape = views.flatMap(({ example, view }) => (example.kinds.includes('escape') ? [view.frameSha256] : []));
  const taught = views.flatMap(({ view }) => (frames.has(view.frameSha256) ? [] : [view.frameSha256]));
  return { escape, frames, taught };
}

function countsOf(names: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
}
