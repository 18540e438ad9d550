import type { Database } from '#store/database.ts';
import type { ExampleWish } from '#store/examples/plan-examples.ts';
import { appendAudit, type Actor } from '#store/people/append-audit.ts';

/** Notes in the audit who took examples out of the plant, and which. */
export async function noteExport(database: Database, actor: Actor, { filter, validation }: ExampleWish): Promise<void> {
  const subject = filter.stationId ?? 'all stations';
  await appendAudit(database, actor, { action: 'examples.export', subject, detail: { ...filter, validation } });
}
