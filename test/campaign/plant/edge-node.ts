import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runProcess } from '#host/run-process.ts';
import { createHealth } from '#edge/health.ts';
import { connectBroker } from '#edge/mqtt/connect-broker.ts';
import { drainOutbox } from '#edge/mqtt/drain-outbox.ts';
import { openOutbox, type InspectionRow, type Outbox } from '#edge/outbox/outbox.ts';
import type { Trigger } from '#edge/trigger.ts';
import { uuidV7 } from '#edge/uuid-v7.ts';
import { testMessage } from '../../support/inspection-message.ts';

// An edge node without camera and detector: outbox, broker and drain are the product's own. Its triggers are the numbers
// 1, 2, 3, ... up to the target that the campaign tells it; what it did before a kill stands in its outbox.
// node edge-node.ts STATION DATA_DIR MQTT_URL
const [stationId = '', dataDir = '', url = ''] = process.argv.slice(2);
const epoch = `epoch-${stationId}`;

await runProcess('edge', async ({ log, stop, stack, ready }) => {
  const path = { site: 'demo', line: 'line1', station: stationId };
  const health = createHealth();
  const newStream = () => ({ streamId: randomUUID(), createdAt: new Date().toISOString() });
  const outbox = stack.use(openOutbox(join(dataDir, 'outbox.db'), newStream));
  const { client } = stack.use(connectBroker({ url, path, log, health }));
  const bounds = { inFlightAtMost: 20, unmarkedAtMost: 200, resendAfterMs: 2_000 };
  const drain = stack.use(drainOutbox({ client, outbox, path, log, health, ...bounds }));
  for (const row of outbox.open()) finish(outbox, row);
  let target = 0;
  process.on('message', (message: { kind: string; target?: number }) => {
    if (message.kind === 'target') target = message.target ?? 0;
  });
  let triggerNo = 1;
  while (outbox.find(epoch, triggerNo)) triggerNo += 1;
  ready({});
  while (!stop.aborted) {
    process.send?.({ kind: 'progress', triggered: triggerNo - 1, waiting: outbox.depth().messages });
    const upTo = Math.min(target, triggerNo + 49);
    for (; triggerNo <= upTo; triggerNo += 1) {
      inspect(outbox, triggerNo);
      drain.kick();
    }
    await sleep(upTo < target ? 5 : 50, undefined, { signal: stop }).catch(() => undefined);
  }
});

function inspect(outbox: Outbox, triggerNo: number): void {
  const now = new Date().toISOString();
  const trigger: Trigger = {
    epoch,
    triggerNo,
    serial: `${stationId}-${triggerNo}`,
    attempt: 1,
    lot: `L-${Math.floor(triggerNo / 500)}`,
    productId: 'board',
    recipeId: 'pcb',
    triggeredAt: now,
    simulated: true,
  };
  finish(outbox, outbox.begin(trigger, uuidV7(Date.now(), randomBytes(10)), now));
}

/** Decides what is undecided, and gives it. What a kill left open is recovered. */
function finish(outbox: Outbox, { inspectionId, trigger, verdict }: InspectionRow): void {
  const decidedAt = new Date().toISOString();
  const { serial, attempt, lot, triggerNo, triggeredAt } = trigger;
  if (verdict === null) {
    const like = testMessage(triggerNo, {
      stationId,
      epoch,
      inspectionId,
      serial,
      attempt,
      lot,
      triggeredAt,
      decidedAt,
    });
    outbox.commit({
      inspectionId,
      verdict: like.verdict,
      decidedAt,
      body: (place) => JSON.stringify({ ...like, ...place }),
      evidence: [],
    });
  }
  outbox.markGiven(inspectionId, decidedAt, '');
}
