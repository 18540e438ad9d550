import {
  AttributeIds,
  DataChangeFilter,
  DataChangeTrigger,
  DeadbandType,
  TimestampsToReturn,
  type ClientMonitoredItem,
  type ClientSubscription,
  type DataValue,
} from 'node-opcua';
import { FaultError } from '#host/fault.ts';
import type { StationSession } from '#edge/opcua/open-session.ts';
import type { CameraLayout } from '#edge/opcua/plain/camera-file.schema.ts';
import type { Shot } from '#edge/opcua/plain/frame-number.ts';
import { pairImages, type Paired } from '#edge/opcua/plain/pair-images.ts';
import { wholeNumber, writtenMs } from '#edge/opcua/plain/read-nodes.ts';

/** Who hears of pushed images. */
export interface PushListener {
  readonly arrived: (shot: Shot, image: DataValue) => void;
  /** The server threw changes away because its queue was full. */
  readonly overflowed: () => void;
  readonly remark: (text: string) => void;
  readonly failed: (fault: unknown) => void;
}

const publishingMs = 10;
const keepAliveCount = 100;
const lifetimeCount = 1000;

/** Has the server push every image and every count of a camera. Ends with the session, or by the function it answers. */
export async function subscribeImages(
  { session }: StationSession,
  layout: CameraLayout,
  listener: PushListener,
): Promise<() => Promise<void>> {
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: publishingMs,
    requestedMaxKeepAliveCount: keepAliveCount,
    requestedLifetimeCount: lifetimeCount,
    maxNotificationsPerPublish: 0,
    publishingEnabled: true,
    priority: 10,
  });
  for (const [view, { counter, images }] of layout.views.entries()) {
    const [image = ''] = images;
    const pairing = pairImages<DataValue>(layout.queue);
    const handOn = (paired: readonly Paired<DataValue>[]): void =>
      paired.forEach((pair) => listener.arrived({ count: pair.count, view }, pair.image));
    const monitor = (nodeId: string, heard: (value: DataValue) => void): Promise<void> =>
      monitorNode({ subscription, queue: layout.queue, listener }, nodeId, heard);
    // The image first: then it is told before its number. What it shows at the begin was written before, by whomever.
    let isFirst = true;
    await monitor(image, (value) => {
      if (!isFirst) handOn(pairing.image({ value, writtenMs: stampOf(image, value) }));
      isFirst = false;
    });
    await monitor(counter, (value) =>
      handOn(pairing.count({ value: wholeNumber(counter, value.value.value), writtenMs: stampOf(counter, value) })),
    );
  }
  return () => subscription.terminate();
}

interface Monitoring {
  readonly subscription: ClientSubscription;
  readonly queue: number;
  readonly listener: PushListener;
}

async function monitorNode(
  { subscription, queue, listener }: Monitoring,
  nodeId: string,
  heard: (value: DataValue) => void,
): Promise<void> {
  // Two frames may be alike to the byte: only the time tells that there were two.
  const filter = new DataChangeFilter({
    trigger: DataChangeTrigger.StatusValueTimestamp,
    deadbandType: DeadbandType.None,
    deadbandValue: 0,
  });
  const item = await subscription.monitor(
    { nodeId, attributeId: AttributeIds.Value },
    { samplingInterval: 0, queueSize: queue, discardOldest: true, filter },
    TimestampsToReturn.Both,
  );
  if (item.statusCode.isNotGood()) throw new Error(`${nodeId} cannot be subscribed to: ${item.statusCode.name}`);
  remarkOnGrant(item, nodeId, { queue, listener });
  item.on('changed', (value: DataValue) => {
    if (value.statusCode.hasOverflowBit) listener.overflowed();
    if (!value.statusCode.isGood()) return listener.remark(`${nodeId} pushes ${value.statusCode.name}`);
    try {
      heard(value);
    } catch (error) {
      listener.failed(error);
    }
  });
}

/** What the server gives is not always what was asked for; frame numbers then show what it cost. */
function remarkOnGrant(
  item: ClientMonitoredItem,
  nodeId: string,
  { queue, listener }: Omit<Monitoring, 'subscription'>,
): void {
  const { samplingInterval, queueSize } = item.monitoringParameters;
  if (samplingInterval > 0)
    listener.remark(`the server samples ${nodeId} every ${samplingInterval} ms: parts that come closer are lost`);
  if (queueSize < queue)
    listener.remark(`the server keeps ${queueSize} changes of ${nodeId} and not ${queue}: in a burst parts are lost`);
}

function stampOf(nodeId: string, value: DataValue): number {
  const ms = writtenMs(value);
  if (ms !== null) return ms;
  throw new FaultError(
    'STATION_PROTOCOL',
    `${nodeId} comes without a source timestamp: nobody can tell whose image it is`,
    {
      place: nodeId,
      wayOut: 'Choose adapter: counter in the camera file, which reads images by number.',
    },
  );
}
