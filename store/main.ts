import { brokerAddress } from '#host/broker-settings.ts';
import { runProcess } from '#host/run-process.ts';
import { readStoreConfig } from '#store/config.ts';
import { isConnectionError } from '#store/connection-error.ts';
import { openEvidenceFolder } from '#store/evidence/evidence-folder.ts';
import { keepEvidence } from '#store/evidence/keep-evidence.ts';
import { migrateToLatest } from '#store/migrate.ts';
import { consumeInspections } from '#store/mqtt/consume-inspections.ts';
import { openDatabase } from '#store/open-database.ts';
import { retryWhileUnreachable } from '#store/retry-while-unreachable.ts';

/** After this time without broker or database the parent is told what is missing; the store goes on trying. */
const patienceMs = 10_000;

await runProcess('store', async ({ log, stop, stack, ready }) => {
  const config = readStoreConfig(process.env);
  const url = config.HAIRLINE_DATABASE_URL;
  const database = stack.use(openDatabase({ url, connections: 4, name: 'hairline-store', log }));
  const state = { database: 'unreachable', broker: 'unreachable' };
  const late = setTimeout(() => ready({ ...state }), patienceMs);
  stack.defer(() => clearTimeout(late));
  const waiting = { log, stop, url };

  const migrated = await retryWhileUnreachable(() => migrateToLatest(database), waiting);
  state.database = 'ok';
  if (migrated.length > 0) log.info({ migrated }, 'tables brought to this version');

  if (config.HAIRLINE_EVIDENCE_DIR !== undefined) {
    const keeping = keepEvidence({
      database,
      folder: openEvidenceFolder(config.HAIRLINE_EVIDENCE_DIR),
      edgeUrls: config.HAIRLINE_EDGE_URLS,
      bytesAtMost: config.HAIRLINE_EVIDENCE_GIB * 1024 ** 3,
      log,
      stop,
      pollMs: 1_000,
    });
    stack.defer(() => keeping);
  }
  const subscribed = (): void => {
    state.broker = 'ok';
    clearTimeout(late);
    ready({ ...state });
  };
  const recipeKey = config.HAIRLINE_RECIPE_KEY ?? null;
  const consumer = { broker: brokerAddress(config), recipeKey, database, log, stop, subscribed };
  while (!stop.aborted) {
    try {
      await consumeInspections(consumer);
    } catch (error) {
      if (!isConnectionError(error)) throw error;
      log.warn({ code: 'DATABASE_UNREACHABLE', err: error }, 'the database is gone; reading from the broker stops');
      await retryWhileUnreachable(() => migrateToLatest(database), waiting);
      log.info('the database is back');
    }
  }
});
