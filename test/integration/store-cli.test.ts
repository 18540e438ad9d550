import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendDisposition } from '#store/append-disposition.ts';
import { claimReviews } from '#store/claim-reviews.ts';
import type { Database } from '#store/database.ts';
import { ingest } from '#store/ingest/ingest.ts';
import { readMessage } from '#store/ingest/read-message.ts';
import { migrateToLatest } from '#store/migrate.ts';
import { openDatabase } from '#store/open-database.ts';
import { reportsAfter } from '#store/queries/pending-reports.ts';
import { channelState, noteDelivered } from '#store/queries/report-channel.ts';
import { oldMonths, removeMonth } from '#store/retention.ts';
import { openDeadLetters, retryDeadLetter } from '#store/retry-dead-letters.ts';
import { freshDatabase, type TestDatabase } from '../support/database.ts';
import { asRead, testMessage, topicOfMessage, uuidOf } from '../support/inspection-message.ts';
import { runNode } from '../support/run-node.ts';
import { silentLog } from '../support/silent-log.ts';

describe('npm run store', () => {
  let server: TestDatabase;
  let database: Database & AsyncDisposable;
  const messages = Array.from({ length: 30 }, (_, index) => testMessage(index + 1));

  beforeAll(async () => {
    server = await freshDatabase();
    database = openDatabase({ url: server.url, connections: 2, name: 'test', log: silentLog });
    await migrateToLatest(database);
    await ingest(database, messages.map(asRead));
  });
  afterAll(async () => {
    await database[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const run = (...args: readonly string[]) =>
    runNode(['store/cli/main.ts', ...args], { HAIRLINE_DATABASE_URL: server.url });

  it('explains an inspection by id and by serial', async () => {
    const byId = await run('explain', messages[2]?.inspectionId ?? '');
    expect(byId.code).toBe(0);
    expect(byId.output).toContain('S-000003, attempt 1: FAIL');
    expect(byId.output).toContain('because defect-certain on top-d1 0.91 (limit 0.8) spur');
    const bySerial = await run('explain', 'S-000003');
    expect(bySerial.output).toBe(byId.output);
    expect(await run('explain', 'nobody')).toMatchObject({ code: 1 });
  });

  describe('replay', () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'replay-'));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    const replay = async (...args: readonly string[]) => {
      const { code, output, said } = await run('replay', ...args);
      const result = JSON.parse(output) as {
        inspections: number;
        same: number;
        withoutRecipe: number;
        changed: Record<string, number>;
        examples: string[];
      };
      return { code, said, ...result };
    };

    it('decides stored inspections again, counts what would change, lists the first and edits nothing', async () => {
      const file = join(folder, 'pcb.yaml');
      const stricter = readFileSync('rules/recipes/pcb.yaml', 'utf8').replaceAll(
        'residualUpTo: 0.1',
        'residualUpTo: 0',
      );
      writeFileSync(file, stricter.replace('widthPx: [640, 640]', 'widthPx: [1, 2]'));
      const { code, inspections, same, changed, examples } = await replay('--recipe', file, '--list', '3');
      expect(code).toBe(0);
      const count = Object.values(changed).reduce((sum, ways) => sum + ways, 0);
      expect([inspections, same + count]).toEqual([30, 30]);
      expect(Object.keys(changed).every((way) => way.endsWith(' -> undecided'))).toBe(true);
      expect(examples).toHaveLength(3);
      expect(examples[0]).toMatch(/^S-\d+ [0-9a-f-]{36} (pass|fail) -> undecided$/);
      const again = await replay('--recipe', file, '--list', '3');
      expect(again.changed).toEqual(changed);
    });

    it('says where no inspection was decided by such a recipe', async () => {
      const { code, said, withoutRecipe } = await replay('--recipe', 'rules/recipes/ballscrew.yaml');
      expect([code, withoutRecipe]).toEqual([0, 30]);
      expect(said).toContain('none of these inspections was decided by a recipe ballscrew');
    });

    it('refuses a recipe with faults, and names them', async () => {
      const file = join(folder, 'bad.yaml');
      writeFileSync(file, readFileSync('rules/recipes/pcb.yaml', 'utf8').replace('iouFrom', 'iuoFrom'));
      const { code, said } = await run('replay', '--recipe', file);
      expect(code).toBe(2);
      expect(said).toMatch(/RECIPE_INVALID: .*review\.iouFrom: is missing; .*review\.iuoFrom: is no key of a recipe/);
    });
  });

  it('exports what was asked for as CSV', async () => {
    const to = messages[9]?.decidedAt ?? '';
    const { code, output, said } = await run('export', '--to', to, '--station', 'pcb');
    expect(code).toBe(0);
    expect(said).toContain('9 inspections');
    const lines = output.trimEnd().split('\r\n');
    expect(lines).toHaveLength(10);
    expect(lines[3]).toContain(',S-000003,1,L-0,board,fail,');
    expect((await run('export', '--lot', 'none')).output.trimEnd().split('\r\n')).toHaveLength(1);
  });

  it('says where no database answers, without the password', async () => {
    const nowhere = { HAIRLINE_DATABASE_URL: 'postgres://hairline:secret@127.0.0.1:1/hairline' };
    const { code, said } = await runNode(['store/cli/main.ts', 'explain', 'S-000003'], nowhere);
    expect(code).toBe(2);
    expect(said).toMatch(/^DATABASE_UNREACHABLE: .*ECONNREFUSED/m);
    expect(said).not.toContain('secret');
  });

  it('names a command line that it does not understand', async () => {
    for (const args of [
      ['dance'],
      ['explain'],
      ['export', '--fro', 'x'],
      ['export', '--from', 'monday'],
      ['retention'],
      ['replay', '--list', 'all'],
      ['examples'],
      ['examples', '--out', '/nowhere', '--validation', '2'],
    ]) {
      const { code, said } = await run(...args);
      expect(code, args.join(' ')).toBe(2);
      expect(said, args.join(' ')).toContain('COMMAND_INVALID');
    }
  });

  const late = testMessage(31, { verdict: 'undecided' });
  const disposition = {
    disposition: 'accept',
    verified: 'false-call',
    reason: 'dust',
    decidedBy: 'maria',
    personId: null,
    address: null,
  } as const;

  it('reads dead letters again after what kept them from being read is gone', async () => {
    const message = late;
    // In front of the others: no integer of the database holds its attempt, today or after an update.
    const beyond = await ingest(database, [asRead(testMessage(32, { attempt: 3_000_000_000 }))]);
    expect(beyond.deadLetters).toMatchObject([{ reason: 'unstorable' }]);
    // As a store would have set it aside that did not know this version.
    await ingest(database, [
      {
        ...readMessage(topicOfMessage(message), Buffer.from(JSON.stringify(message))),
        kind: 'unreadable',
        reason: 'schema-version',
        detail: 'schemaVersion 1',
        envelope: message,
      },
    ]);
    await ingest(database, [readMessage(topicOfMessage(message), Buffer.from('garbage'))]);
    const listed = await run('dead-letters');
    expect(listed.code).toBe(1);
    expect(listed.said).toContain('3 dead letters are open');
    const [unstorable, first] = await openDeadLetters(database);
    const { output, said } = await run('dead-letters', '--retry');
    expect(output.trimEnd().split('\n')).toEqual([
      expect.stringMatching(`^${unstorable?.deadLetterId} .*: unstorable .* -> unreadable$`),
      expect.stringMatching(`^${first?.deadLetterId} .*: schema-version .* -> stored$`),
      expect.stringMatching(/: not-json .* -> unreadable$/),
    ]);
    expect(said).toContain('2 dead letters are open');
    expect((await run('explain', message.inspectionId)).code).toBe(0);
    expect(
      (await reportsAfter(database, 0, 1_000)).filter((one) => one.inspectionId === message.inspectionId),
    ).toHaveLength(1);
    expect(first && (await retryDeadLetter(database, first))).toBe('taken');
  });

  it('lets people claim and dispose of a part that was stored from a dead letter', async () => {
    const wish = { claimedBy: 'maria/1', since: '2026-11-01T00:00:00Z', auditPerMille: 0, limit: 50 };
    expect(await claimReviews(database, wish)).toContainEqual({ inspectionId: late.inspectionId, cause: 'undecided' });
    const given = { ...disposition, dispositionId: uuidOf('late'), inspectionId: late.inspectionId };
    expect(await appendDisposition(database, given)).toBe('appended');
    expect((await run('explain', late.inspectionId)).output).toContain('maria: accept, saw false-call; dust');
  });

  it('removes a month whole when it is old enough and reported, and not before', async () => {
    expect((await run('retention', '--months', '1200')).output).toBe('');
    const after = '2027-01-01T00:00:00Z';
    expect(await oldMonths(database, '2026-11-30T00:00:00Z')).toEqual([]);
    expect(await oldMonths(database, after)).toEqual([{ month: '202611', inspections: 31, unreported: 31 }]);
    expect(await removeMonth(database, '202611', 'test')).toBe(false);
    await channelState(database, 'mqtt');
    await noteDelivered(database, 'mqtt', (await reportsAfter(database, 0, 1_000)).at(-1)?.reportNo ?? 0);
    await channelState(database, 'webhook');
    expect(await removeMonth(database, '202611', 'test'), 'a new channel has delivered nothing').toBe(false);
    expect((await run('channels')).output).toMatch(
      /^mqtt: .*, 0 reports wait\nwebhook: delivered up to 0 at .*, 3\d reports wait\n$/,
    );
    expect((await run('channels', '--forget', 'webhook')).code).toBe(0);
    expect((await run('channels', '--forget', 'webhook')).code).toBe(1);
    expect(await removeMonth(database, '202611', 'test')).toBe(true);
    expect(await oldMonths(database, after)).toEqual([]);
    const { rows } = await sql`select actor, action, subject, detail from audit order by audit_id`.execute(database);
    expect(rows).toEqual([
      expect.objectContaining({ actor: 'maria', action: 'disposition.append', subject: late.inspectionId }),
      expect.objectContaining({ action: 'channel.forget', subject: 'webhook', detail: { deliveredUpTo: 0 } }),
      { actor: 'test', action: 'retention.remove', subject: '202611', detail: { inspections: 31 } },
    ]);
    const again = await ingest(database, [asRead(testMessage(1))]);
    expect(again, 'the receipt still knows it').toMatchObject({ duplicates: 1, stored: [] });
    const letters = await sql<{ deadLetterId: number; topic: string }>`
      select dead_letter_id, topic from dead_letter where resolved_at is not null`.execute(database);
    for (const letter of letters.rows) {
      expect(await retryDeadLetter(database, letter), 'the report still knows it').toBe('taken');
    }
    expect(letters.rows).toHaveLength(1);
  });
});
