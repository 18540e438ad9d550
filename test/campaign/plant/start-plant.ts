import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import type { Database } from '#store/database.ts';
import { openDatabase } from '#store/open-database.ts';
import { freshBroker, type TestBroker } from '../../support/broker.ts';
import { startPostgresCluster, type PostgresCluster } from '../../support/postgres-cluster.ts';
import { receiveReports, type ReportReceiver } from '../../support/report-receiver.ts';
import { silentLog } from '../../support/silent-log.ts';
import { startProxy, type Proxy } from '../../support/tcp-proxy.ts';
import type { EdgeOrders } from './edge-node.ts';
import { keepAlive, type KeptProcess } from './keep-alive.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';
import { createWebhookMes, type WebhookMes } from './webhook-mes.ts';

export const stations = ['north', 'middle', 'south'] as const;
const namespace = 'campaign/site/area/line1';

/** A whole plant on servers of its own, and an MES at the end of each channel. */
export interface RunningPlant extends AsyncDisposable {
  readonly server: PostgresCluster;
  readonly broker: TestBroker;
  /** The network between the edge nodes and the plant. */
  readonly network: Proxy;
  readonly disk: SmallDisk;
  readonly database: Database;
  readonly store: KeptProcess;
  readonly mes: KeptProcess;
  readonly edges: readonly KeptProcess[];
  readonly namespaceMes: ReportReceiver;
  readonly webhookMes: WebhookMes;
  /** Somebody else on the broker. */
  readonly stranger: MqttClient;
  /** Tells every edge node what to do, also after its next start. */
  readonly order: (change: Partial<EdgeOrders>) => void;
  /** Triggers taken by all edge nodes, and messages that wait in their outboxes; Infinity while one does not tell. */
  readonly triggered: () => number;
  readonly waiting: () => number;
}

/** `folder` gets the logs and the disks of the edge nodes, `perStation` parts large. */
export async function startPlant(folder: string, perStation: number): Promise<RunningPlant> {
  await using opening = new AsyncDisposableStack();
  const server = opening.use(await startPostgresCluster());
  const broker = opening.use(await freshBroker('Mosquitto'));
  const network = opening.use(await startProxy(broker.url.replace('mqtt:', 'opc.tcp:')));
  const edgeDir = join(folder, 'edges');
  mkdirSync(edgeDir);
  const disk = opening.use(mountSmallDisk(edgeDir, 64 + Math.ceil(perStation / 200)));
  const database = opening.use(openDatabase({ url: server.url, connections: 2, name: 'campaign', log: silentLog }));
  const namespaceMes = opening.use(receiveReports(broker.url, namespace));
  const webhookMes = opening.use(await createWebhookMes());
  const stranger = mqtt.connect(broker.url, { protocolVersion: 4, reconnectPeriod: 200 });
  stranger.on('error', () => undefined);
  opening.defer(() => stranger.endAsync(true));
  const servers = { HAIRLINE_DATABASE_URL: server.url, HAIRLINE_MQTT_URL: broker.url };
  const keep = (script: string, name: string, more: object): KeptProcess =>
    opening.use(keepAlive({ script, logFile: join(folder, `${name}.log`), ...more }));
  const store = keep('store/main.ts', 'store', { environment: servers });
  const reporting = {
    HAIRLINE_MES_NAMESPACE: namespace,
    HAIRLINE_MES_WEBHOOK_URL: webhookMes.url,
    HAIRLINE_MES_WEBHOOK_SECRET: webhookMes.secret,
  };
  const mes = keep('mes/main.ts', 'mes', { environment: { ...servers, ...reporting } });
  let orders: EdgeOrders = { target: 0, clockOffMs: 0 };
  const edges = stations.map((station) =>
    keep('test/campaign/plant/edge-node.ts', `edge-${station}`, {
      args: [station, join(edgeDir, station), network.url.replace('opc.tcp:', 'mqtt:')],
      onReady: (send: (message: object) => void) => send(orders),
    }),
  );
  const sum = (key: string): number => edges.reduce((total, edge) => total + Number(edge.last()[key] ?? Infinity), 0);
  const opened = opening.move();
  return {
    server,
    broker,
    network,
    disk,
    database,
    store,
    mes,
    edges,
    namespaceMes,
    webhookMes,
    stranger,
    order: (change) => {
      orders = { ...orders, ...change };
      for (const edge of edges) edge.send(orders);
    },
    triggered: () => sum('triggered'),
    waiting: () => sum('waiting'),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
