import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openEvidenceStore, type EvidenceEntry, type EvidenceStore } from '#edge/outbox/evidence-store.ts';
import type { Outbox } from '#edge/outbox/outbox.ts';
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
    expect(store.trim(1000)).toBe(0);
    store.trim(300);
    expect(await left()).toEqual(['crop1', 'golden1', 'frame2', 'crop2', 'frame3', 'crop3']);
    store.trim(75);
    expect(await left()).toEqual(['golden1', 'crop2', 'crop3']);
  });

  test('does not give up what is about to be committed', async () => {
    using folder = scratchFolder();
    using outbox = openTestOutbox(folder.path);
    const store = await openEvidenceStore(join(folder.path, 'evidence'), outbox.database);
    await keep(store, outbox, 1);
    const golden = await store.put(Buffer.alloc(50, 'golden'), 'golden', 'image/png');
    store.trim(0);
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
