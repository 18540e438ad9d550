import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InspectionMessage } from '#edge/messages.schema.ts';
import type { Heat } from '#hmi/server/heat.schema.ts';
import { migrateToLatest } from '#store/migrate.ts';
import { openDatabase } from '#store/open-database.ts';
import { freshDatabase, hasPostgres, type DatabaseKind } from '../support/database.ts';
import { startDashboard, withToken, type TestDashboard } from '../support/dashboard.ts';
import { testMessage } from '../support/inspection-message.ts';
import { silentLog } from '../support/silent-log.ts';

const kinds: readonly DatabaseKind[] = (await hasPostgres()) ? ['PostgreSQL', 'PGlite'] : ['PGlite'];

const period = { from: '2026-11-20T00:00:00.000Z', to: '2026-11-21T00:00:00.000Z' };
const cellPx = Math.ceil(640 / 24);

interface Called extends Partial<InspectionMessage> {
  readonly label?: string;
  /** Upper left corner of a box of 10 pixels a side. */
  readonly at?: readonly [number, number];
}

/** A failed part (its sequence a multiple of three) with one call. */
function part(sequence: number, { label = 'spur', at = [100, 100], ...change }: Called = {}): InspectionMessage {
  const message = testMessage(sequence, change);
  const [x1, y1] = at;
  for (const view of message.views)
    view.detections = view.detections.map((one) => ({ ...one, label, box: { x1, y1, x2: x1 + 10, y2: y1 + 10 } }));
  return message;
}

describe.each(kinds)('the map of defects on %s', (kind) => {
  const stack = new AsyncDisposableStack();
  let dashboard: TestDashboard;

  beforeAll(async () => {
    const { url } = stack.use(await freshDatabase(kind));
    const database = stack.use(openDatabase({ url, connections: 1, name: 'test', log: silentLog }));
    await migrateToLatest(database);
    dashboard = stack.use(await startDashboard({ databaseUrl: url }));
    await dashboard.store(
      part(3),
      part(6, { at: [97, 102] }),
      part(9, { at: [630, 630], label: 'open' }),
      part(12, { at: [5000, -40], label: 'open' }),
      part(15, { challenge: true }),
      part(18, { productId: 'other', at: [0, 0] }),
      part(21, { stationId: 'pcb2', at: [300, 300] }),
    );
  });
  afterAll(() => stack.disposeAsync());

  const heat = async (more: Record<string, string> = {}): Promise<Heat> => {
    const query = new URLSearchParams({ ...period, ...more }).toString();
    const answer = await dashboard.server.inject({ url: `/api/v1/quality/heat?${query}`, headers: withToken });
    expect(answer.statusCode).toBe(200);
    return answer.json();
  };
  const cellsOf = ({ map }: Heat): readonly string[] =>
    (map?.cells ?? []).map(({ column, row, fail, doubt }) => `${column},${row}: ${fail}+${doubt}`);

  it('lists the views with calls, the most called first, with the size of their frame; no known bad part counts', async () => {
    const { views } = await heat();
    const named = views.map(
      ({ stationId, productId, viewId, calls }) => `${stationId} ${productId} ${viewId} ${calls}`,
    );
    expect(named).toEqual(['pcb board top 4', 'pcb other top 1', 'pcb2 board top 1']);
    expect(views[0]).toMatchObject({ widthPx: 640, heightPx: 640, goldenSha256: null });
  });

  it('counts calls by the square in which their middle lies; one beyond the frame at its edge', async () => {
    const found = await heat();
    expect(found.map).toMatchObject({ cellPx, view: { stationId: 'pcb', productId: 'board' } });
    expect(cellsOf(found)).toEqual(['23,0: 1+0', '3,3: 2+0', '23,23: 1+0']);
  });

  it.each([
    { name: 'a label', more: { label: 'open' }, cells: ['23,0: 1+0', '23,23: 1+0'] },
    { name: 'a station', more: { station: 'pcb2' }, cells: ['11,11: 1+0'] },
    {
      name: 'a view that is asked for',
      more: { mapStation: 'pcb', mapProduct: 'other', mapView: 'top' },
      cells: ['0,0: 1+0'],
    },
    { name: 'a time without calls', more: { to: '2026-11-20T00:00:01.000Z' }, cells: [] },
    { name: 'a label that nothing was called', more: { label: 'short' }, cells: [] },
  ])('draws $name', async ({ more, cells }) => {
    expect(cellsOf(await heat(more as Record<string, string>))).toEqual(cells);
  });
});
