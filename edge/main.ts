import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { brokerAddress } from '#host/broker-settings.ts';
import { runProcess, type ProcessContext } from '#host/run-process.ts';
import { readEdgeConfig, userOf, type EdgeConfig } from '#edge/config.ts';
import { openControl } from '#edge/control/open-control.ts';
import { openGoldenFolder } from '#edge/detect/golden-folder.ts';
import type { StationRecipes } from '#edge/inspect/station-recipes.ts';
import { createGoldens } from '#edge/detect/goldens.ts';
import { createHealth, type Health } from '#edge/health.ts';
import { createFace, type FaceOptions } from '#edge/http/create-face.ts';
import { readEquipment } from '#edge/http/equipment.ts';
import { listenFace } from '#edge/http/listen-face.ts';
import { createMetrics } from '#edge/http/metrics.ts';
import type { LatestPart } from '#edge/latest-part.ts';
import {
  createMachineVision,
  noMachineVision,
  type MachineVision,
  type MachineVisionOptions,
} from '#edge/machine-vision/create-machine-vision.ts';
import { connectBroker } from '#edge/mqtt/connect-broker.ts';
import { drainOutbox } from '#edge/mqtt/drain-outbox.ts';
import { createLineControl, type LineControlOptions } from '#edge/opcua/create-line-control.ts';
import type { StationAddress } from '#edge/opcua/open-session.ts';
import { openStation } from '#edge/opcua/open-station.ts';
import { openRecipes } from '#edge/open-recipes.ts';
import { openEvidenceStore } from '#edge/outbox/evidence-store.ts';
import { openOutbox } from '#edge/outbox/outbox.ts';
import { openReviewer } from '#edge/review/open-reviewer.ts';
import { runStation } from '#edge/run-station.ts';
import { plcWatch } from '#edge/control/plc-watch.ts';
import { securityHealth } from '#edge/security-health.ts';
import { stationWatch } from '#edge/station-watch.ts';
import { uuidV7 } from '#edge/uuid-v7.ts';
import { createRecentFrames } from '#edge/validity/recent-frames.ts';

const securityLookMs = 3600 * 1000;
const goldensInMemory = 32;
const evidenceBounds = { ringBytes: 2 * 1024 ** 3, reserveBytes: 256 * 1024 ** 2 };
const rememberInspectionsMs = 30 * 24 * 3600 * 1000;

await runProcess('edge', serve);

/** Opens everything in the order in which it is needed, and closes it in reverse. */
async function serve({ log, stop, stack, ready }: ProcessContext): Promise<void> {
  const config = readEdgeConfig(process.env);
  const path = { site: config.HAIRLINE_SITE, line: config.HAIRLINE_LINE, station: config.HAIRLINE_STATION_ID };
  const health = createHealth();
  const { recipes, shown, receive } = await openRecipes(config, { stack, health, log });
  const reviewer = stack.use(await openReviewer(config, { log, health }));
  const outbox = stack.use(openStationOutbox(config));
  const evidence = await openEvidenceStore(join(config.HAIRLINE_DATA_DIR, 'evidence'), outbox.database);
  const metrics = createMetrics(outbox);
  const latest: LatestPart = { frame: null, part: null };
  const now = (): Date => new Date();
  const { control, locks } = openControl({ recipes, health, log, database: outbox.database, now });
  const faceParts = { health, metrics, latest, evidence, outbox, locks, now, recipes: shown };
  const face = createFace({ stationId: path.station, ...faceParts, ...lookedAt(config, recipes) });
  stack.defer(() => face.close());
  const httpUrl = await listenFace(face, config.HAIRLINE_EDGE_HOST, config.HAIRLINE_EDGE_PORT);
  // Before the broker: once the store marks what it holds, the outbox forgets it.
  const vision = stack.use(await openMachineVision(config, { recipes, outbox, health, log }));
  const { client } = stack.use(connectBroker({ broker: brokerAddress(config), path, log, health }));
  const bounds = { inFlightAtMost: 20, unmarkedAtMost: 200, resendAfterMs: 15_000 };
  const drain = stack.use(drainOutbox({ client, outbox, path, log, health, ...bounds }));
  receive(client, path);
  const station = stationOf(config, health, log);
  await watchSecurity(station.address, health, stack);
  const { line, openCamera } = await openStation(station, { cameraFile: config.HAIRLINE_CAMERA_FILE, outbox, stack });
  const untold = await tellLine({ address: station.address, control, plcIs: plcWatch(health, log) }, stack);
  ready({ httpUrl, stationId: path.station, machineVisionUrl: vision.url });
  await runStation(
    {
      recipes,
      reviewViews: reviewer.reviewViews,
      outbox,
      evidence,
      evidenceBounds,
      path,
      log,
      health,
      line,
      control,
      locks,
      goldens: createGoldens(config.HAIRLINE_GOLDEN_DIR, goldensInMemory),
      recentFrames: createRecentFrames(),
      openCamera,
      newInspectionId: () => uuidV7(Date.now(), randomBytes(10)),
      nowMs: () => performance.now(),
      now,
      frameSeen: (frame) => void (latest.frame = frame),
      ...vision.parts,
      decided: (part, { sequence }) => {
        vision.committed(sequence);
        latest.part = part;
        metrics.decided(part);
        reviewer.checkHealth();
        drain.kick();
      },
    },
    AbortSignal.any([stop, untold]),
  );
  untold.throwIfAborted();
}

/** What people look at: the golden samples, and what else the node works with. */
function lookedAt(config: EdgeConfig, recipes: StationRecipes): Pick<FaceOptions, 'goldenFolder' | 'equipment'> {
  const goldenFolder = openGoldenFolder(config.HAIRLINE_GOLDEN_DIR);
  return { goldenFolder, equipment: () => readEquipment(config, { recipes, goldenFolder }) };
}

function openMachineVision(
  config: EdgeConfig,
  parts: Pick<MachineVisionOptions, 'recipes' | 'outbox' | 'health' | 'log'>,
): Promise<MachineVision> {
  const port = config.HAIRLINE_EDGE_MACHINE_VISION_PORT;
  if (port === undefined) return Promise.resolve(noMachineVision);
  const pkiDir = join(config.HAIRLINE_DATA_DIR, 'pki');
  const stationId = config.HAIRLINE_STATION_ID;
  return createMachineVision({ ...parts, host: config.HAIRLINE_EDGE_HOST, port, pkiDir, stationId });
}

function openStationOutbox(config: EdgeConfig) {
  const file = join(config.HAIRLINE_DATA_DIR, 'outbox.sqlite');
  const outbox = openOutbox(file, () => ({ streamId: randomUUID(), createdAt: new Date().toISOString() }));
  outbox.forgetBefore(new Date(Date.now() - rememberInspectionsMs).toISOString());
  return outbox;
}

/** Where the station is, and who hears how it does. */
function stationOf(config: EdgeConfig, health: Health, log: ProcessContext['log']) {
  return {
    address: stationAddress(config),
    onState: stationWatch(health, log),
    onNote: (text: string) => log.trace({ text }, 'opcua note'),
  };
}

/** Answers a signal that aborts when the line cannot be told any more how the edge node does. */
async function tellLine(
  options: Omit<LineControlOptions, 'failed'>,
  stack: AsyncDisposableStack,
): Promise<AbortSignal> {
  const untold = new AbortController();
  stack.use(await createLineControl({ ...options, failed: (error) => untold.abort(error) }));
  return untold.signal;
}

/** Looks at once and then every hour: certificates run out while the process runs. */
async function watchSecurity(address: StationAddress, health: Health, stack: AsyncDisposableStack): Promise<void> {
  const look = async (): Promise<void> => {
    const { state, detail, wayOut } = await securityHealth(address, new Date());
    health.set('security', state, detail, wayOut);
  };
  await look();
  const timer = setInterval(() => void look(), securityLookMs);
  stack.defer(() => clearInterval(timer));
}

function stationAddress(config: EdgeConfig) {
  return {
    url: config.HAIRLINE_OPCUA_URL,
    security: config.HAIRLINE_OPCUA_SECURITY,
    pkiDir: join(config.HAIRLINE_DATA_DIR, 'pki'),
    user: userOf(config),
  };
}
