import { createHash, randomUUID } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { InspectionMessage } from '#edge/messages.schema.ts';
import { appendDisposition } from '#store/append-disposition.ts';
import type { Database } from '#store/database.ts';
import { openEvidenceFolder, type EvidenceFolder } from '#store/evidence/evidence-folder.ts';
import { heldImage } from '#store/evidence/held-image.ts';
import { keepEvidence } from '#store/evidence/keep-evidence.ts';
import { removeEvidence, trimEvidence } from '#store/evidence/trim-evidence.ts';
import { ingest } from '#store/ingest/ingest.ts';
import { migrateToLatest } from '#store/migrate.ts';
import { openDatabase } from '#store/open-database.ts';
import { freshDatabase, hasPostgres, type DatabaseKind } from '../support/database.ts';
import { scratchFolder } from '../support/edge-disk.ts';
import { startEdgeDouble } from '../support/edge-double.ts';
import { asRead, testMessage } from '../support/inspection-message.ts';
import { silentLog } from '../support/silent-log.ts';

const kinds: readonly DatabaseKind[] = (await hasPostgres()) ? ['PostgreSQL', 'PGlite'] : ['PGlite'];
const patience = { timeout: 60_000, interval: 50 };
const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

type Piece = InspectionMessage['evidence'][number];

function pieceOf(kind: Piece['kind'], bytes: Uint8Array): Piece {
  const detectionId = kind === 'crop' ? 'top-d1' : null;
  return { sha256: digestOf(bytes), kind, mediaType: 'image/png', bytes: bytes.length, viewId: 'top', detectionId };
}

const bytesOf = (word: string): Buffer => Buffer.from(word.repeat(100));

describe.each(kinds)('evidence in the store on %s', (kind) => {
  async function plant() {
    const stack = new AsyncDisposableStack();
    const server = stack.use(await freshDatabase(kind));
    const database = stack.use(openDatabase({ url: server.url, connections: 3, name: 'test', log: silentLog }));
    await migrateToLatest(database);
    const { path: dir } = stack.use(scratchFolder());
    return { database, dir, folder: openEvidenceFolder(dir), [Symbol.asyncDispose]: () => stack.disposeAsync() };
  }

  /** Keeps evidence until disposed of. */
  function keeping(database: Database, folder: EvidenceFolder, url: string): AsyncDisposable {
    const stopper = new AbortController();
    const kept = keepEvidence({
      database,
      folder,
      edgeUrls: new Map([['pcb', url]]),
      bytesAtMost: 1e9,
      log: silentLog,
      stop: stopper.signal,
      pollMs: 20,
    });
    const stop = async (): Promise<void> => {
      stopper.abort();
      await kept;
    };
    return { [Symbol.asyncDispose]: stop };
  }

  const states = async (database: Database): Promise<Readonly<Record<string, string>>> => {
    const rows = await database.selectFrom('evidence').select(['sha256', 'state']).execute();
    return Object.fromEntries(rows.map(({ sha256, state }) => [sha256, state]));
  };

  it('is fetched by digest: goldens and crops of every part, whole frames of those that did not pass', async () => {
    await using running = await plant();
    const { database, folder } = running;
    const images = ['passed', 'failed', 'golden', 'crop', 'lost', 'forged'].map(bytesOf);
    const [passed, failed, golden, crop, lost, forged] = images as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];
    await using edge = await startEdgeDouble('pcb');
    for (const image of [passed, failed, golden, crop]) edge.images.set(digestOf(image), image);
    edge.images.set(digestOf(forged), bytesOf('another'));
    const pass = testMessage(1, { evidence: [pieceOf('frame', passed), pieceOf('golden', golden)] });
    const pieces = [pieceOf('frame', failed), pieceOf('golden', golden), pieceOf('crop', crop)];
    const fail = testMessage(3, { evidence: [...pieces, pieceOf('crop', lost), pieceOf('crop', forged)] });
    await ingest(database, [asRead(pass), asRead(fail)]);
    expect(new Set(Object.values(await states(database)))).toEqual(new Set(['wanted']));
    await using _keeping = keeping(database, folder, edge.url);
    await vi.waitFor(
      async () =>
        expect(await states(database)).toEqual({
          [digestOf(failed)]: 'held',
          [digestOf(golden)]: 'held',
          [digestOf(crop)]: 'held',
          [digestOf(lost)]: 'gone',
          [digestOf(forged)]: 'gone',
        }),
      patience,
    );
    expect(await heldImage(database, folder, digestOf(failed))).toEqual({ mediaType: 'image/png', bytes: failed });
    for (const missing of [passed, lost, forged]) {
      expect(await heldImage(database, folder, digestOf(missing))).toBeNull();
    }
  });

  it('is not kept back by images that its edge node cannot give, which are given up in time', async () => {
    await using running = await plant();
    const { database, folder } = running;
    const bad = Array.from({ length: 9 }, (_, number) => bytesOf(`bad ${number}`));
    const good = bytesOf('good');
    await using edge = await startEdgeDouble('pcb');
    for (const image of bad) edge.broken.add(digestOf(image));
    edge.images.set(digestOf(good), good);
    await ingest(database, [asRead(testMessage(3, { evidence: bad.map((image) => pieceOf('crop', image)) }))]);
    await database.updateTable('evidence').set({ namedAt: '2026-11-01T00:00:00Z' }).execute();
    await ingest(database, [asRead(testMessage(7, { evidence: [pieceOf('crop', good)] }))]);
    await using _keeping = keeping(database, folder, edge.url);
    await vi.waitFor(async () => expect((await states(database))[digestOf(good)]).toBe('held'), patience);
    await vi.waitFor(async () => {
      const all = await states(database);
      expect(bad.map((image) => all[digestOf(image)])).toEqual(bad.map(() => 'gone'));
    }, patience);
  });

  it('is fetched too of a passed part whose call the reviewer took back, or on which a person saw a defect', async () => {
    await using running = await plant();
    const { database, folder } = running;
    const images = ['lowered', 'escaped', 'good'].map(bytesOf);
    const [lowered, escaped, good] = images as [Buffer, Buffer, Buffer];
    await using edge = await startEdgeDouble('pcb');
    for (const image of images) edge.images.set(digestOf(image), image);
    const accepted = { id: 'top-d1', viewId: 'top', detectorCall: 'doubt', outcome: 'accept', reasons: [] } as const;
    const passed = [
      testMessage(1, {
        evidence: [pieceOf('frame', lowered)],
        outcomes: [{ ...accepted, reasons: [], source: 'reviewer' }],
      }),
      testMessage(2, { evidence: [pieceOf('frame', escaped)] }),
      testMessage(4, { evidence: [pieceOf('frame', good)] }),
    ];
    await ingest(database, passed.map(asRead));
    const said = { disposition: 'scrap', reason: 'defect', decidedBy: 'maria', personId: null, address: null } as const;
    for (const [index, verified] of [
      [1, 'defect'],
      [2, 'false-call'],
    ] as const) {
      const { inspectionId = '' } = passed[index] ?? {};
      await appendDisposition(database, { ...said, dispositionId: randomUUID(), inspectionId, verified });
    }
    await using _keeping = keeping(database, folder, edge.url);
    await vi.waitFor(
      async () => expect(await states(database)).toEqual({ [digestOf(lowered)]: 'held', [digestOf(escaped)]: 'held' }),
      patience,
    );
  });

  it('waits for an edge node that is away, and is fetched when it is back', async () => {
    await using running = await plant();
    const { database, folder } = running;
    const image = bytesOf('late');
    await ingest(database, [asRead(testMessage(3, { evidence: [pieceOf('crop', image)] }))]);
    await using edge = await startEdgeDouble('pcb');
    const { url } = edge;
    await edge[Symbol.asyncDispose]();
    await using _keeping = keeping(database, folder, url);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await states(database)).toEqual({ [digestOf(image)]: 'wanted' });
    await using back = await startEdgeDouble('pcb', Number(new URL(url).port));
    back.images.set(digestOf(image), image);
    await vi.waitFor(async () => expect(await states(database)).toEqual({ [digestOf(image)]: 'held' }), patience);
  });

  it('is not served once its bytes are damaged', async () => {
    await using running = await plant();
    const { database, dir, folder } = running;
    const image = bytesOf('whole');
    const sha256 = digestOf(image);
    await ingest(database, [asRead(testMessage(3, { evidence: [pieceOf('crop', image)] }))]);
    expect(await folder.put(sha256, image)).toBe(true);
    await database.updateTable('evidence').set({ state: 'held' }).execute();
    expect(await heldImage(database, folder, sha256)).not.toBeNull();
    await writeFile(join(dir, sha256.slice(0, 2), sha256), 'damaged');
    expect(await heldImage(database, folder, sha256)).toBeNull();
  });

  it('gives up whole frames first, then crops, and goes with the last inspection that names it', async () => {
    await using running = await plant();
    const { database, dir, folder } = running;
    const pieces = (['golden', 'crop', 'frame'] as const).map((name) => ({ name, image: bytesOf(name) }));
    await ingest(database, [
      asRead(testMessage(3, { evidence: pieces.map(({ name, image }) => pieceOf(name, image)) })),
    ]);
    for (const { image } of pieces) await folder.put(digestOf(image), image);
    await database.updateTable('evidence').set({ state: 'held' }).execute();
    const held = async (): Promise<readonly string[]> => {
      const rows = await database.selectFrom('evidence').select('kind').where('state', '=', 'held').execute();
      return rows.map((row) => row.kind).toSorted();
    };
    expect(await trimEvidence(database, folder, 10_000)).toBe(0);
    expect(await trimEvidence(database, folder, 1_000)).toBe(1);
    expect(await held()).toEqual(['crop', 'golden']);
    expect(await trimEvidence(database, folder, 600)).toBe(1);
    expect(await held()).toEqual(['golden']);
    const files = async (): Promise<number> =>
      (await readdir(dir, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).length;
    expect(await files()).toBe(1);
    expect(await removeEvidence(database, folder, '2026-11-01T00:00:00Z')).toBe(0);
    expect(await removeEvidence(database, folder, '2026-12-01T00:00:00Z')).toBe(3);
    expect(await files()).toBe(0);
    expect(await states(database)).toEqual({});
  });
});
