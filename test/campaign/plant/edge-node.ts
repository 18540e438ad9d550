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
/** Every so many parts the part before comes again after rework. */
const reworkEvery = 10;

/** What the campaign tells an edge node. */
export interface EdgeOrders {
  /** Triggers up to this one. */
  readonly target: number;
  /** How far the clock of this node is off. */
  readonly clockOffMs: number;
}

let orders: EdgeOrders = { target: 0, clockOffMs: 0 };
const nowMs = (): number => Date.now() + orders.clockOffMs;
const now = (): string => new Date(nowMs()).toISOString();

await runProcess('edge', async ({ log, stop, stack, ready }) => {
  const path = { site: 'demo', line: 'line1', station: stationId };
  const health = createHealth();
  const newStream = () => ({ streamId: randomUUID(), createdAt: now() });
  const outbox = stack.use(openOutbox(join(dataDir, 'outbox.db'), newStream));
  const { client } = stack.use(connectBroker({ broker: { url, login: {} }, path, log, health }));
  const bounds = { inFlightAtMost: 20, unmarkedAtMost: 200, resendAfterMs: 2_000 };
  const drain = stack.use(drainOutbox({ client, outbox, path, log, health, ...bounds }));
  for (const row of outbox.open()) finish(outbox, row, true);
  process.on('message', (message: EdgeOrders) => (orders = message));
  let triggerNo = 1;
  while (outbox.find(epoch, triggerNo)) triggerNo += 1;
  const tell = (): void =>
    void process.send?.({ kind: 'progress', triggered: triggerNo - 1, waiting: outbox.depth().messages });
  const telling = setInterval(tell, 50);
  stack.defer(() => clearInterval(telling));
  ready({});
  while (!stop.aborted) {
    const busy = triggerNo <= orders.target;
    const begun = busy ? outbox.begin(triggerOf(triggerNo), uuidV7(nowMs(), randomBytes(10)), now()) : null;
    // Looking at a part takes a moment, so that kills meet inspections that are open.
    await sleep(begun ? 2 : 20, undefined, { signal: stop }).catch(() => undefined);
    if (!begun) continue;
    finish(outbox, begun, false);
    triggerNo += 1;
    drain.kick();
  }
});

function triggerOf(triggerNo: number): Trigger {
  const again = triggerNo % reworkEvery === 0;
  return {
    epoch,
    triggerNo,
    serial: `${stationId}-${again ? triggerNo - 1 : triggerNo}`,
    attempt: again ? 2 : 1,
    lot: `L-${Math.floor(triggerNo / 500)}`,
    productId: 'board',
    recipeId: 'pcb',
    triggeredAt: now(),
    simulated: true,
    challenge: false,
  };
}

/** Decides what is undecided, and gives it. What a kill left open is closed as undecided. */
function finish(outbox: Outbox, { inspectionId, trigger, verdict }: InspectionRow, recovered: boolean): void {
  const decidedAt = now();
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
      recovered,
      ...(recovered ? { verdict: 'undecided' } : {}),
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
