import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFace } from '#edge/http/create-face.ts';
import { createHealth } from '#edge/health.ts';
import type { LockRules } from '#rules/recipe.ts';
import { scratchFolder } from '../support/edge-disk.ts';
import { boardPng, boardRecipe, startTestEdge, type TestEdge } from '../support/edge-station.ts';
import { createRingStation, type RingStation } from '../support/ring-station.ts';

const never: LockRules = { failsInRow: null, undecidedInRow: null, bypass: null, challenge: null };

let folder: ReturnType<typeof scratchFolder>;
let station: RingStation;
let edge: TestEdge;
let shown: number;

beforeEach(() => {
  folder = scratchFolder();
  station = createRingStation();
  shown = 0;
});
afterEach(async () => {
  await stop();
  folder[Symbol.dispose]();
});

async function start(locks: Partial<LockRules>, name = 'a'): Promise<void> {
  const recipe = { ...boardRecipe({ taktMs: 20_000 }), locks: { ...never, ...locks } };
  edge = await startTestEdge({ folder: folder.path, station, recipe, name });
}

async function stop(): Promise<void> {
  edge.stop();
  await edge.running;
  if (edge.outbox.database.isOpen) edge.outbox[Symbol.dispose]();
}

/** Shows boards one after the other, bad ones by `f`, good ones by `p`, challenge parts in capitals. */
async function show(parts: string): Promise<string[]> {
  for (const letter of parts) {
    shown += 1;
    const [top, bottom] = await Promise.all([
      boardPng(2 * shown),
      boardPng(2 * shown + 1, letter.toLowerCase() === 'f'),
    ]);
    station.trigger({ top, bottom }, letter !== letter.toLowerCase());
    await station.decided(shown);
  }
  const told = [...station.results.values()].slice(-parts.length).map(({ verdict }) => verdict);
  const recorded = edge.messages().slice(-parts.length);
  // The line and the plant are told the same, but for a known bad part taken for good, which never is OK to the line.
  const toLine = ({ verdict, challenge }: (typeof recorded)[number]): string =>
    challenge && verdict === 'pass' ? 'fail' : verdict;
  expect(told).toEqual(recorded.map(toLine));
  return recorded.map(({ verdict, reasons }) =>
    `${verdict} ${reasons[0]?.code === 'station-locked' ? reasons[0].detail : ''}`.trim(),
  );
}

describe('a station', () => {
  it('locks after so many fails in a row, gives no verdict until a person releases it, and says who did', async () => {
    await start({ failsInRow: 2 });
    expect(await show('ffpf')).toEqual(['fail', 'fail', 'undecided fails-in-row', 'undecided fails-in-row']);
    expect(edge.control.levels()).toMatchObject({ ready: false, lockCode: 'fails-in-row' });
    const released = edge.locks.release({
      releasedBy: 'A. Setter',
      reason: 'nozzle cleaned',
      at: '2026-11-01T12:00:00Z',
    });
    expect(released).toMatchObject({ code: 'fails-in-row', value: 2, limit: 2 });
    expect(edge.control.levels()).toMatchObject({ ready: true, lockCode: '' });
    expect(await show('fp')).toEqual(['fail', 'pass']);
    expect(edge.locks.events(9)).toMatchObject([
      { kind: 'locked', code: 'fails-in-row', releasedBy: '' },
      { kind: 'released', code: 'fails-in-row', releasedBy: 'A. Setter', reason: 'nozzle cleaned' },
    ]);
    expect(edge.locks.release({ releasedBy: 'A', reason: 'again', at: '2026-11-01T12:00:00Z' })).toBeNull();
  });

  it('stays locked when its release cannot be written, and goes on giving verdicts', async () => {
    await start({ failsInRow: 1 });
    await show('f');
    const { database } = edge.outbox;
    database.exec("CREATE TRIGGER full BEFORE INSERT ON lock_event BEGIN SELECT RAISE(ABORT, 'disk full'); END");
    const release = () => edge.locks.release({ releasedBy: 'A', reason: 'x', at: '2026-11-01T12:00:00Z' });
    expect(release).toThrow('disk full');
    expect(await show('p')).toEqual(['undecided fails-in-row']);
    database.exec('DROP TRIGGER full');
    expect(release()?.code).toBe('fails-in-row');
    expect(await show('p')).toEqual(['pass']);
  });

  it('goes on counting and stays locked over a restart', async () => {
    await start({ failsInRow: 3 });
    await show('ff');
    await stop();
    await start({ failsInRow: 3 }, 'b');
    expect(await show('f')).toEqual(['fail']);
    expect(edge.locks.lock()?.code).toBe('fails-in-row');
    await stop();
    await start({ failsInRow: 3 }, 'c');
    expect(edge.control.levels().lockCode).toBe('fails-in-row');
    expect(await show('p')).toEqual(['undecided fails-in-row']);
  });

  it('locks when a known bad part does not fail, and judges it as it is while locked', async () => {
    await start({});
    expect(await show('FPpF')).toEqual(['fail', 'pass', 'undecided challenge-failed', 'fail']);
    expect(edge.messages().map(({ challenge }) => challenge)).toEqual([true, true, false, true]);
  });

  it('locks once no known bad part was shown for too many parts', async () => {
    await start({ challenge: { everyParts: 2, everyHours: 8 } });
    expect(await show('pFppp')).toEqual(['pass', 'fail', 'pass', 'pass', 'undecided challenge-overdue']);
  });

  it('is released over the HTTP face by whoever says a name and a reason, in JSON alone', async () => {
    await start({ failsInRow: 1 });
    await show('f');
    const parts = {
      stationId: 's',
      health: createHealth(),
      outbox: edge.outbox,
      locks: edge.locks,
      now: () => new Date(),
    };
    const face = createFace({ ...parts, metrics: {}, latest: {}, evidence: {}, recipes: {} } as never);
    const post = (payload: object | string, type = 'application/json') =>
      face.inject({ method: 'POST', url: '/lock/release', payload, headers: { 'content-type': type } });
    expect((await face.inject('/lock')).json()).toMatchObject({ lock: { code: 'fails-in-row' } });
    expect((await post({ releasedBy: ' ', reason: 'x' })).statusCode).toBe(400);
    expect((await post('releasedBy=A&reason=x', 'text/plain')).statusCode).toBeGreaterThanOrEqual(400);
    expect(edge.locks.lock()).not.toBeNull();
    expect((await post({ releasedBy: 'A', reason: 'looked at' })).statusCode).toBe(200);
    expect((await post({ releasedBy: 'A', reason: 'looked at' })).statusCode).toBe(409);
    const { lock, events } = (await face.inject('/lock')).json<{ lock: unknown; events: unknown[] }>();
    expect(lock).toBeNull();
    expect(events).toHaveLength(2);
    await face.close();
  });
});
