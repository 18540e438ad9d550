import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ExamplePreview } from '#hmi/server/examples.schema.ts';
import { appendDisposition } from '#store/append-disposition.ts';
import { chatLineSchema } from '#store/examples/chat-line.schema.ts';
import { migrateToLatest } from '#store/migrate.ts';
import { openDatabase } from '#store/open-database.ts';
import type { ExampleSummary } from '#store/examples/export-examples.ts';
import { drawInspection } from '../support/board-inspections.ts';
import { onPort, startDashboard, type TestDashboard } from '../support/dashboard.ts';
import { freshDatabase } from '../support/database.ts';
import { scratchFolder } from '../support/edge-disk.ts';
import { readZip } from '../support/read-zip.ts';
import { runNode } from '../support/run-node.ts';
import { silentLog } from '../support/silent-log.ts';

const station = { stationId: 'pcb', streamId: randomUUID(), epoch: randomUUID(), reviewer: true };
const wanted = 12;

describe('examples from the dashboard', () => {
  const stack = new AsyncDisposableStack();
  let dashboard: TestDashboard;
  let url: string;
  let address: string;
  let quality: Readonly<Record<string, string>>;
  const frames: string[] = [];

  beforeAll(async () => {
    url = stack.use(await freshDatabase()).url;
    const database = stack.use(openDatabase({ url, connections: 1, name: 'test', log: silentLog }));
    await migrateToLatest(database);
    dashboard = stack.use(await startDashboard({ databaseUrl: url }));
    quality = await dashboard.as('quality');
    address = await dashboard.server.listen({ host: '127.0.0.1', port: 0 });
    for (let sequence = 1; frames.length < wanted; sequence += 1) {
      const { message, images } = await drawInspection(station, sequence);
      if (message.verdict === 'pass') continue;
      for (const [sha256, bytes] of images) dashboard.edge.images.set(sha256, bytes);
      await dashboard.store(message);
      const disposition = {
        disposition: 'accept',
        verified: 'false-call',
        reason: 'no-defect',
        decidedBy: 'maria',
        personId: null,
        address: null,
      } as const;
      const { inspectionId } = message;
      await appendDisposition(dashboard.database, { dispositionId: randomUUID(), inspectionId, ...disposition });
      const called = message.views.filter(({ detections }) => detections.length > 0);
      frames.push(...called.map(({ frameSha256 }) => frameSha256 ?? ''));
    }
  });
  afterAll(() => stack.disposeAsync());

  const preview = async (query = ''): Promise<ExamplePreview> =>
    (await dashboard.server.inject({ url: `/api/v1/examples${query}`, headers: quality })).json();
  const zip = async () => {
    const answer = await dashboard.server.inject({ url: '/api/v1/examples.zip?validation=0.5', headers: quality });
    expect(answer.headers['content-type']).toBe('application/zip');
    const files = readZip(answer.rawPayload);
    const summary = JSON.parse(files.get('summary.json')?.toString() ?? '') as ExampleSummary;
    return { files, summary };
  };

  it('are counted by kind, label and side before anything is fetched', async () => {
    const { examples, inspections, kinds, balance, frames: where } = await preview();
    expect(examples).toBe(inspections);
    expect(kinds['false-call']).toBe(inspections);
    const clean = balance.find(({ set, what }) => set === 'coco' && what === 'clean');
    expect((clean?.train ?? 0) + (clean?.validation ?? 0)).toBe(frames.length);
    expect(where).toEqual({ held: 0, wanted: 0, gone: 0, edge: frames.length });
  });

  it.each(['?station=ballscrew', '?label=nobody-knows-it', '?to=2020-01-01T00:00:00Z'])(
    'are those that were asked for: none by %s',
    async (query) => {
      expect(await preview(query)).toMatchObject({ inspections: 0, examples: 0, balance: [] });
    },
  );

  it('come as one ZIP: frames as the camera gave them, COCO, lines under the strict schema, and a summary', async () => {
    const { files, summary } = await zip();
    for (const sha256 of frames) {
      const bytes = files.get(`images/${sha256}.png`) ?? Buffer.alloc(0);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
    }
    const coco = JSON.parse(files.get('examples.coco.json')?.toString() ?? '') as {
      readonly images: readonly unknown[];
    };
    expect(coco.images).toHaveLength(frames.length);
    const lines = ['train', 'validation'].flatMap((side) => {
      const text = files.get(`${side}.jsonl`)?.toString() ?? '';
      return text.split('\n').filter(Boolean);
    });
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      const { messages } = chatLineSchema.parse(JSON.parse(line));
      expect(files.has(messages[1].content[1].image)).toBe(true);
    }
    expect(summary).toMatchObject({ leaks: { serials: [], images: [] }, leftOut: [] });
  });

  it('say which images are gone', async () => {
    const [lost = ''] = frames;
    const bytes = dashboard.edge.images.get(lost) ?? Buffer.alloc(0);
    dashboard.edge.images.delete(lost);
    const { files, summary } = await zip();
    expect(files.has(`images/${lost}.png`)).toBe(false);
    expect(summary.leftOut).toContainEqual({ of: 'image', why: 'image-gone', count: 1 });
    expect(summary.leftOut).toContainEqual({ of: 'line', why: 'image-gone', count: expect.any(Number) });
    // Bytes of another image under its name are not it either.
    dashboard.edge.images.set(lost, Buffer.from('forged'));
    expect((await zip()).summary.leftOut).toContainEqual({ of: 'image', why: 'image-gone', count: 1 });
    dashboard.edge.images.set(lost, bytes);
  });

  it('are exported once at a time, and by the next when somebody stops reading', async () => {
    const stopper = new AbortController();
    const download = `${address}/api/v1/examples.zip`;
    const headers = onPort(quality, address);
    const first = await fetch(download, { headers, signal: stopper.signal });
    expect(first.status).toBe(200);
    const second = await fetch(download, { headers });
    expect([second.status, await second.json()]).toMatchObject([409, { error: { code: 'EXPORT_RUNS' } }]);
    stopper.abort();
    await vi.waitFor(async () => expect((await fetch(download, { headers })).status).toBe(200), {
      timeout: 10_000,
    });
  });

  it('are the same from the command line, which asks the edge nodes too', async () => {
    const { path } = stack.use(scratchFolder());
    const out = join(path, 'examples');
    const settings = { HAIRLINE_DATABASE_URL: url, HAIRLINE_EDGE_URLS: `pcb=${dashboard.edge.url}` };
    const args = ['store/cli/main.ts', 'examples', '--out', out, '--validation', '0.5', '--json'];
    const { code, output, said } = await runNode(args, settings);
    expect(code, said).toBe(0);
    const { files, summary } = await zip();
    expect(summary).toMatchObject(JSON.parse(output) as ExampleSummary);
    const written = await readdir(out, { recursive: true, withFileTypes: true });
    expect(written.filter((entry) => entry.isFile())).toHaveLength(files.size);
    expect(await readFile(join(out, 'train.jsonl'), 'utf8')).toBe(files.get('train.jsonl')?.toString());
  });

  it('are noted in the audit with who took them', async () => {
    const rows = await dashboard.database.selectFrom('audit').select(['actor', 'action']).distinct().execute();
    expect(rows).toContainEqual({ actor: 'quality of the tests', action: 'examples.export' });
  });
});
