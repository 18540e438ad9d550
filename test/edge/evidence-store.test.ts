import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openEvidenceStore, type EvidenceEntry, type EvidenceStore } from '#edge/outbox/evidence-store.ts';
import type { Outbox } from '#edge/outbox/outbox.ts';
import { mountSmallDisk } from '../campaign/plant/small-disk.ts';
import { openTestOutbox, scratchFolder, testTrigger } from '../support/edge-disk.ts';

function commitEvidence(outbox: Outbox, triggerNo: number, evidence: readonly EvidenceEntry[]): void {
  const { inspectionId } = outbox.begin(testTrigger(triggerNo), `id-${triggerNo}`, '2026-11-01T00:00:00.000Z');
  const decidedAt = testTrigger(triggerNo).triggeredAt;
  outbox.commit({ inspectionId, verdict: 'pass', decidedAt, body: () => '{}', evidence });
}

async function keep(store: EvidenceStore, outbox: Outbox, triggerNo: number): Promise<readonly EvidenceEntry[]> {
  const entries = [
    await store.put(Buffer.alloc(100, triggerNo), 'frame', 'image/jpeg'),
    await store.put(Buffer.alloc(10, triggerNo), 'crop', 'image/png'),
    await store.put(Buffer.alloc(50, 'golden'), 'golden', 'image/png'),
  ];
  commitEvidence(outbox, triggerNo, entries);
  store.release(entries);
  return entries;
}

const ringOf = (ringBytes: number) => ({ ringBytes, reserveBytes: 0 });

describe('the evidence store', () => {
  test('gives back by digest what was put, with its media type, and keeps equal bytes once', async () => {
    using folder = scratchFolder();
    using outbox = openTestOutbox(folder.path);
    const store = await openEvidenceStore(join(folder.path, 'evidence'), outbox.database);
    const [frame] = await keep(store, outbox, 1);
    await keep(store, outbox, 2);
    expect(await store.get(frame?.sha256 ?? '')).toEqual({ bytes: Buffer.alloc(100, 1), mediaType: 'image/jpeg' });
    expect(await store.get('0'.repeat(64))).toBeNull();
    const files = readdirSync(join(folder.path, 'evidence'), { recursive: true, withFileTypes: true });
    expect(files.filter((file) => file.isFile())).toHaveLength(5);
  });

  test('gives up whole frames first, oldest first, then crops, and goldens last', async () => {
    using folder = scratchFolder();
    using outbox = openTestOutbox(folder.path);
    const store = await openEvidenceStore(join(folder.path, 'evidence'), outbox.database);
    const parts = [await keep(store, outbox, 1), await keep(store, outbox, 2), await keep(store, outbox, 3)];
    const left = async (): Promise<string[]> => {
      const entries = parts.flatMap((part, index) =>
        part.map((entry) => ({ entry, name: `${entry.kind}${index + 1}` })),
      );
      const found = await Promise.all(
        entries.map(async ({ entry, name }) => ((await store.get(entry.sha256)) ? name : '')),
      );
      return found.filter((name) => name !== '' && name !== 'golden2' && name !== 'golden3');
    };
    store.makeRoom(ringOf(1000));
    expect(await left()).toHaveLength(7);
    store.makeRoom(ringOf(300));
    expect(await left()).toEqual(['crop1', 'golden1', 'frame2', 'crop2', 'frame3', 'crop3']);
    store.makeRoom(ringOf(75));
    expect(await left()).toEqual(['golden1', 'crop2', 'crop3']);
  });

  test('makes room on the disk for verdicts, and says when it cannot', async () => {
    using folder = scratchFolder();
    using outbox = openTestOutbox(folder.path);
    const dir = join(folder.path, 'evidence');
    const kept = (): number =>
      Number(outbox.database.prepare('SELECT coalesce(sum(bytes), 0) AS bytes FROM evidence').get()?.['bytes']);
    /** What others leave on a disk where the images lie too. */
    let roomBytes = 1_000;
    const store = await openEvidenceStore(dir, outbox.database, () => roomBytes - kept());
    for (const triggerNo of [1, 2, 3]) await keep(store, outbox, triggerNo);
    const bounds = { ringBytes: 10_000, reserveBytes: 200 };
    expect([store.makeRoom(bounds), kept()], 'there is room').toEqual([true, 380]);
    roomBytes = 500;
    expect([store.makeRoom(bounds), kept()], 'the oldest frame goes').toEqual([true, 280]);
    roomBytes = 150;
    expect([store.makeRoom(bounds), kept()], 'all of them are not enough').toEqual([false, 0]);
  });

  test('leaves nothing half written where the disk is full', async () => {
    using folder = scratchFolder();
    const disk = mountSmallDisk(folder.path, 1);
    using _disk = disk;
    if (!disk.mounted) return void process.stderr.write('a full disk: not run, mounting is not allowed\n');
    using outbox = openTestOutbox(folder.path);
    const dir = join(folder.path, 'evidence');
    const store = await openEvidenceStore(dir, outbox.database);
    await expect(store.put(Buffer.alloc(2_000_000, 1), 'frame', 'image/png')).rejects.toMatchObject({ code: 'ENOSPC' });
    const files = readdirSync(dir, { recursive: true, withFileTypes: true });
    expect(files.filter((file) => file.isFile())).toEqual([]);
    await keep(store, outbox, 1);
  });

  test('does not give up what is about to be committed', async () => {
    using folder = scratchFolder();
    using outbox = openTestOutbox(folder.path);
    const store = await openEvidenceStore(join(folder.path, 'evidence'), outbox.database);
    await keep(store, outbox, 1);
    const golden = await store.put(Buffer.alloc(50, 'golden'), 'golden', 'image/png');
    store.makeRoom(ringOf(0));
    commitEvidence(outbox, 2, [golden]);
    expect(await store.get(golden.sha256)).not.toBeNull();
  });

  test('removes at start what a crash left without a verdict', async () => {
    using folder = scratchFolder();
    using outbox = openTestOutbox(folder.path);
    const dir = join(folder.path, 'evidence');
    const store = await openEvidenceStore(dir, outbox.database);
    const [frame] = await keep(store, outbox, 1);
    const orphan = await store.put(Buffer.from('never committed'), 'frame', 'image/png');
    writeFileSync(join(dir, 'ab.half'), 'half written');
    const reopened = await openEvidenceStore(dir, outbox.database);
    const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    expect(files.map(({ name }) => name)).not.toContain(orphan.sha256);
    expect(files).toHaveLength(3);
    expect(await reopened.get(frame?.sha256 ?? '')).not.toBeNull();
  });
});
