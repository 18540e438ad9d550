/**
 * Shows the dashboard with drawn boards, without cameras, detector or line: for work on the page.
 * Wants PostgreSQL and an MQTT broker: HAIRLINE_DATABASE_URL, HAIRLINE_MQTT_URL.
 * node test/support/show-dashboard.ts [parts before] [ms between parts]
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt from 'mqtt';
import { topicOf } from '#edge/topics.ts';
import { drawInspection } from './board-inspections.ts';
import { startEdgeDouble, type EdgeDouble } from './edge-double.ts';

const [partsBefore = 12, intervalMs = 2500] = process.argv.slice(2).map(Number);
const environment = {
  HAIRLINE_DATABASE_URL: 'postgres://postgres@127.0.0.1:5432/hairline_show',
  HAIRLINE_MQTT_URL: 'mqtt://127.0.0.1:1883',
  HAIRLINE_API_TOKEN: 'show-the-dashboard-1',
  ...process.env,
};
const stations = ['pcb', 'pcb2'].map((stationId, index) => ({
  stationId,
  streamId: randomUUID(),
  epoch: randomUUID(),
  reviewer: index === 0,
}));

const edges = new Map<string, EdgeDouble>();
for (const { stationId, reviewer } of stations) {
  const edge = await startEdgeDouble(stationId);
  const wayOut = 'Set HAIRLINE_VLM_BASE_URL to an OpenAI-compatible server.';
  edge.components['reviewer'] = reviewer
    ? { state: 'ok', detail: '', wayOut: '' }
    : { state: 'warning', detail: 'no reviewer configured', wayOut };
  edges.set(stationId, edge);
}
const edgeUrls = [...edges].map(([stationId, { url }]) => `${stationId}=${url}`).join(',');
for (const script of ['store/main.ts', 'hmi/main.ts']) {
  const env = { ...environment, HAIRLINE_EDGE_URLS: edgeUrls };
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  process.on('exit', () => child.kill());
}
process.on('SIGTERM', () => process.exit());
process.on('SIGINT', () => process.exit());
const client = await mqtt.connectAsync(environment.HAIRLINE_MQTT_URL, { protocolVersion: 4 });
await sleep(2500);
for (let sequence = 1; ; sequence += 1) {
  for (const station of stations) {
    const { message, images } = await drawInspection(station, sequence);
    for (const [sha256, bytes] of images) edges.get(station.stationId)?.images.set(sha256, bytes);
    const path = { site: 'demo', line: 'line1', station: station.stationId };
    await client.publishAsync(topicOf(path, 'inspection'), JSON.stringify(message), { qos: 1 });
  }
  if (sequence > partsBefore) await sleep(intervalMs);
}
