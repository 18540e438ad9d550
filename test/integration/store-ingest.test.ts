import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#store/database.ts';
import { ingest } from '#store/ingest/ingest.ts';
import { readMessage } from '#store/ingest/read-message.ts';
import { migrateToLatest } from '#store/migrate.ts';
import { openDatabase } from '#store/open-database.ts';
import { countForSummary } from '#store/queries/count-for-summary.ts';
import { countsSince } from '#store/queries/counts-since.ts';
import { currentMarks } from '#store/queries/current-marks.ts';
import { inspectionById } from '#store/queries/inspection-by-id.ts';
import { listInspections } from '#store/queries/list-inspections.ts';
import { paretoOfLabels } from '#store/queries/pareto-of-labels.ts';
import { reportsAfter } from '#store/queries/pending-reports.ts';
import { channelState, noteDelivered } from '#store/queries/report-channel.ts';
import { trendOfVerdicts } from '#store/queries/trend-of-verdicts.ts';
import { storeHealth } from '#store/queries/store-health.ts';
import { freshDatabase, hasPostgres, type DatabaseKind, type TestDatabase } from '../support/database.ts';
import { asRead, testMessage, topicOfMessage, uuidOf } from '../support/inspection-message.ts';
import { silentLog } from '../support/silent-log.ts';

const kinds: readonly DatabaseKind[] = (await hasPostgres()) ? ['PostgreSQL', 'PGlite'] : ['PGlite'];

describe.each(kinds)('the store on %s', (kind) => {
  let server: TestDatabase;
  let database: Database & AsyncDisposable;
  let station = '';
  let number = 0;

  beforeAll(async () => {
    server = await freshDatabase(kind);
    database = openDatabase({ url: server.url, connections: 4, name: 'test', log: silentLog });
    await migrateToLatest(database);
  });
  afterAll(async () => {
    await database[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  /** Messages of a station that no other test uses. */
  const newStation = (): string => (station = `station${(number += 1)}`);
  const message = (sequence: number, change = {}) =>
    testMessage(sequence, { stationId: station, streamId: uuidOf('stream', station), ...change });
  const markOf = async (): Promise<number | undefined> =>
    (await currentMarks(database)).find((mark) => mark.stationId === station)?.sequence;

  it('keeps an inspection as it came and finds it again', async () => {
    newStation();
    const sent = message(3);
    await ingest(database, [asRead(sent)]);
    const record = await inspectionById(database, sent.inspectionId);
    expect(record?.message).toEqual(sent);
    expect(record?.dispositions).toEqual([]);
    const { inspections } = await listInspections(database, { limit: 10, stationId: station });
    expect(inspections).toHaveLength(1);
    expect(inspections[0]).toMatchObject({
      inspectionId: sent.inspectionId,
      verdict: 'fail',
      decidedAt: sent.decidedAt,
      labels: ['spur'],
      reasons: ['defect-certain'],
      disposition: null,
    });
  });

  it('stores a message once, however often and in whatever company it comes', async () => {
    newStation();
    const messages = [1, 2, 3, 4].map((sequence) => asRead(message(sequence)));
    const first = await ingest(database, [...messages, ...messages]);
    expect({ stored: first.stored.length, duplicates: first.duplicates }).toEqual({ stored: 4, duplicates: 4 });
    const again = await ingest(database, messages);
    expect({ stored: again.stored.length, duplicates: again.duplicates }).toEqual({ stored: 0, duplicates: 4 });
    expect(again.marks.map((mark) => mark.sequence)).toEqual([4]);
    expect(await listInspections(database, { limit: 10, stationId: station })).toMatchObject({
      inspections: { length: 4 },
    });
  });

  it('holds the mark before a gap and moves it when the gap is filled', async () => {
    newStation();
    const ways: readonly (readonly [number[], number])[] = [
      [[2, 3], 0],
      [[1], 3],
      [[7, 5], 3],
      [[6], 3],
      [[4], 7],
    ];
    for (const [sequences, mark] of ways) {
      await ingest(
        database,
        sequences.map((sequence) => asRead(message(sequence))),
      );
      expect(await markOf(), `after ${sequences.join()}`).toBe(mark);
    }
    const health = await storeHealth(database);
    expect(health.streams.find((stream) => stream.stationId === station)).toMatchObject({
      mark: 7,
      highestSequence: 7,
    });
  });

  it('comes to the same mark when two stores take neighboring messages at one time', async () => {
    newStation();
    const all = 40;
    // So many as there are connections: a question that waits for one longer than 5 s is an error.
    const stores = [1, 2, 3, 4];
    const takeEvery = async (first: number): Promise<void> => {
      for (let sequence = first; sequence <= all; sequence += stores.length) {
        await ingest(database, [asRead(message(sequence))]);
      }
    };
    await Promise.all(stores.map(takeEvery));
    expect(await markOf()).toBe(all);
  });

  const garbage: readonly (readonly [string, () => [string, Buffer], string, number | undefined])[] = [
    ['no JSON', () => [topicOfMessage(message(1)), Buffer.from('{"half":')], 'not-json', undefined],
    [
      'bytes of a picture',
      () => [topicOfMessage(message(1)), Buffer.from([0x89, 0x50, 0, 255])],
      'not-json',
      undefined,
    ],
    ['JSON null', () => [topicOfMessage(message(1)), Buffer.from('null')], 'schema', undefined],
    [
      'a message of a later schema version',
      () => [topicOfMessage(message(1)), jsonOf({ ...message(1), schemaVersion: 2, added: true })],
      'schema-version',
      1,
    ],
    [
      'a message with a field too many',
      () => [topicOfMessage(message(1)), jsonOf({ ...message(1), surprise: 1 })],
      'schema',
      1,
    ],
    [
      'a message on the topic of another station',
      () => [topicOfMessage({ ...message(1), stationId: 'other' }), jsonOf(message(1))],
      'topic-mismatch',
      undefined,
    ],
    [
      'an attempt beyond what a column holds',
      () => [topicOfMessage(message(1)), jsonOf(message(1, { attempt: 2 ** 40 }))],
      'unstorable',
      1,
    ],
    ['50 MB of letters', () => [topicOfMessage(message(1)), Buffer.alloc(50_000_000, 'x')], 'too-large', undefined],
  ];
  it.each(garbage)('sets %s aside with the reason, and takes the next message', async (_, make, reason, mark) => {
    newStation();
    const [topic, payload] = make();
    const before = (await storeHealth(database)).deadLetters;
    const read = readMessage(topic, payload);
    const { deadLetters, stored } = await ingest(database, [read, asRead(message(2))]);
    expect(deadLetters.map((dead) => dead.reason)).toEqual([reason]);
    expect(stored).toHaveLength(1);
    expect(await markOf()).toBe(mark === undefined ? 0 : 2);
    await ingest(database, [read]);
    expect((await storeHealth(database)).deadLetters, 'the same bytes make one row').toBe(before + 1);
    const chunks = await database
      .selectFrom('deadLetterChunk')
      .innerJoin('deadLetter', 'deadLetter.deadLetterId', 'deadLetterChunk.deadLetterId')
      .select('bytes')
      .where('payloadSha256', '=', read.payloadSha256)
      .where('topic', '=', topic)
      .orderBy('position')
      .execute();
    expect(Buffer.concat(chunks.map((chunk) => chunk.bytes)).equals(payload)).toBe(true);
  });

  it('keeps a second message under a number or an id that is taken as a dead letter', async () => {
    newStation();
    await ingest(database, [asRead(message(1)), asRead(message(2))]);
    const sameNumber = message(2, { inspectionId: uuidOf('another', station), serial: 'other' });
    const sameId = message(3, { inspectionId: message(1).inspectionId });
    const { deadLetters } = await ingest(database, [asRead(sameNumber), asRead(sameId)]);
    expect(deadLetters.map((dead) => dead.reason)).toEqual(['sequence-reused', 'inspection-id-reused']);
    expect(await markOf()).toBe(3);
    expect((await inspectionById(database, message(1).inspectionId))?.message.sequence).toBe(1);
  });

  it('keeps text that the database cannot hold, with replacement characters', async () => {
    newStation();
    const odd = message(1, { lot: 'a\0b\ud800c' });
    const { stored } = await ingest(database, [asRead(odd)]);
    expect(stored).toHaveLength(1);
    expect((await inspectionById(database, odd.inspectionId))?.message.lot).toBe('a\uFFFDb\uFFFDc');
  });

  it('stores inspections of a clock that is set wrongly', async () => {
    newStation();
    const instants = ['1970-01-01T00:00:00.000Z', '2031-02-03T00:00:00.000Z', '9999-12-31T23:59:59.999Z'];
    const sent = instants.map((decidedAt, index) => message(index + 1, { decidedAt }));
    const { stored } = await ingest(database, sent.map(asRead));
    expect(stored).toHaveLength(3);
    for (const { inspectionId, decidedAt } of sent) {
      expect((await inspectionById(database, inspectionId))?.message.decidedAt).toBe(decidedAt);
    }
  });

  it('counts a part that comes again after rework as a second attempt, not as a duplicate', async () => {
    newStation();
    const first = message(1, { serial: 'R-1', verdict: 'fail' });
    const second = message(2, { serial: 'R-1', attempt: 2, verdict: 'pass' });
    await ingest(database, [asRead(first), asRead(second)]);
    const counts = (await countsSince(database, '2026-01-01T00:00:00Z')).find(({ stationId }) => stationId === station);
    expect(counts).toMatchObject({ pass: 1, fail: 1, firstPassInspected: 1, firstPassPassed: 0 });
    const summary = await countForSummary(database, { inspectionIds: [first.inspectionId, second.inspectionId] });
    expect(summary).toEqual({ stored: 2, reported: 0, duplicates: 0 });
  });

  it('counts a trigger that two inspections claim as a duplicate', async () => {
    newStation();
    const [first, second] = [message(1), message(2, { triggerNo: 1 })];
    await ingest(database, [asRead(first), asRead(second)]);
    const inspectionIds = [first.inspectionId, second.inspectionId];
    expect((await countForSummary(database, { inspectionIds })).duplicates).toBe(1);
  });

  it('queues one report for each inspection, in the order of commits', async () => {
    newStation();
    const from = (await reportsAfter(database, 0, 100_000)).at(-1)?.reportNo ?? 0;
    const sent = [1, 2, 3, 4, 5].map((sequence) => message(sequence));
    await Promise.all(sent.map((one) => ingest(database, [asRead(one), asRead(one)])));
    const reports = await reportsAfter(database, from, 100);
    expect(reports.map((report) => report.inspectionId).toSorted()).toEqual(
      sent.map((one) => one.inspectionId).toSorted(),
    );
    expect(reports.slice(1).map((report) => report.previousReportNo)).toEqual(
      reports.slice(0, -1).map((report) => report.reportNo),
    );
    const inspectionIds = sent.map((one) => one.inspectionId);
    expect(await countForSummary(database, { inspectionIds })).toMatchObject({ stored: 5, reported: 0 });
    await channelState(database, 'mqtt');
    await noteDelivered(database, 'mqtt', reports.at(-1)?.reportNo ?? 0);
    expect(await countForSummary(database, { inspectionIds })).toEqual({ stored: 5, reported: 5, duplicates: 0 });
    expect(await storeHealth(database)).toMatchObject({ unreported: 0, oldestUnreportedAt: null });
    // A channel that lags: its reports wait, however far another one has come.
    await channelState(database, 'webhook');
    await noteDelivered(database, 'webhook', reports[2]?.reportNo ?? 0);
    expect(await storeHealth(database)).toMatchObject({ unreported: 2, oldestUnreportedAt: expect.any(String) });
    await noteDelivered(database, 'webhook', reports.at(-1)?.reportNo ?? 0);
    expect(await storeHealth(database)).toMatchObject({ unreported: 0 });
  });

  it('counts verdicts by hour, and calls by label, within the period and the station', async () => {
    newStation();
    // 4000 parts at two seconds each: from 06:00:02 on, a little more than two hours.
    const sequences = Array.from({ length: 40 }, (_, index) => index * 100 + 1);
    await ingest(
      database,
      sequences.map((sequence) => asRead(message(sequence))),
    );
    const period = { from: '2026-11-20T06:10:00.000Z', to: '2026-11-20T08:00:00.000Z', stationId: station };
    const within = sequences
      .map((sequence) => message(sequence))
      .filter((one) => one.decidedAt >= period.from && one.decidedAt < period.to);
    const points = await trendOfVerdicts(database, period, 'hour');
    expect(points.map((point) => point.at)).toEqual(['2026-11-20T06:00:00.000Z', '2026-11-20T07:00:00.000Z']);
    for (const verdict of ['pass', 'fail', 'undecided'] as const) {
      const counted = points.reduce((sum, point) => sum + point[verdict], 0);
      expect(counted, verdict).toBe(within.filter((one) => one.verdict === verdict).length);
    }
    expect(await trendOfVerdicts(database, period, 'day')).toHaveLength(1);
    const [spur, ...more] = await paretoOfLabels(database, period);
    expect(more).toEqual([]);
    expect(spur).toMatchObject({ label: 'spur', inspections: within.filter((one) => one.verdict !== 'pass').length });
  });

  it('lists newest first, filtered, page by page, each inspection once', async () => {
    newStation();
    await ingest(
      database,
      Array.from({ length: 25 }, (_, index) => asRead(message(index + 1))),
    );
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const page = await listInspections(database, { limit: 10, stationId: station, before });
      seen.push(...page.inspections.map((inspection) => inspection.serial));
      before = page.next ?? undefined;
    } while (before);
    expect(seen).toHaveLength(25);
    expect(seen).toEqual(seen.toSorted().toReversed());
    const failed = await listInspections(database, { limit: 100, stationId: station, verdict: 'fail' });
    expect(failed.inspections).toHaveLength(8);
    expect(failed.next).toBeNull();
    const traced = await listInspections(database, { limit: 100, stationId: station, serial: 'S-000007' });
    expect(traced.inspections.map((inspection) => inspection.verdict)).toEqual(['undecided']);
  });
});

function jsonOf(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
