import { DataType, StatusCodes, type UAVariable, type OPCUAServer } from 'node-opcua';
import { cameraFileSchema, type CameraLayout } from '#edge/opcua/plain/camera-file.schema.ts';
import { prepareOpcua, type StationSecurity } from '#edge/opcua/transport.ts';
import { createServer, listen } from '#line/station/create-server.ts';

/** What a simulated plain camera is like: an OPC UA server with counters and images and nothing else. */
export interface PlainCameraOptions {
  readonly port?: number;
  readonly views?: number;
  /** Image nodes of each view; more than one are slots. */
  readonly slots?: number;
  /** Least interval at which the server looks at a value for a subscription. */
  readonly samplingMs?: number;
  /** Writes the counter before the image, which no camera should. */
  readonly counterFirst?: boolean;
  readonly security?: StationSecurity;
}

export interface PlainCameraServer extends AsyncDisposable {
  readonly url: string;
  /** One part: an image of each view; null where the view does not take it. */
  readonly shoot: (images: readonly (Uint8Array | null)[]) => void;
  /** Lets the counters begin anew without a new start of the server. */
  readonly resetCounters: () => void;
}

/** A camera with nodes `Serial`, and `V0.Count`, `V0.Image` (or `V0.Slot0`...) of each view, in namespace 2. */
export async function startPlainCamera(pkiDir: string, options: PlainCameraOptions = {}): Promise<PlainCameraServer> {
  const { port = 0, views = 1, slots = 1, counterFirst = false, security = 'None' } = options;
  prepareOpcua(() => undefined);
  const place = {
    host: '127.0.0.1',
    port,
    security,
    pkiDir,
    applicationName: 'PlainCamera',
    samplingMs: options.samplingMs ?? 0,
  };
  const { server, place: nodes } = await createServer(place);
  const add = (name: string, dataType: DataType, value: unknown): UAVariable =>
    nodes.namespace.addVariable({
      organizedBy: nodes.addressSpace.rootFolder.objects,
      browseName: name,
      nodeId: `s=${name}`,
      dataType,
      minimumSamplingInterval: options.samplingMs ?? 0,
      value: { dataType, value },
    });
  const serial = add('Serial', DataType.String, '');
  const counters = Array.from({ length: views }, (_, view) => add(`V${view}.Count`, DataType.UInt32, 0));
  const images = counters.map((_, view) =>
    imageNames(view, slots).map((name) => add(name, DataType.ByteString, Buffer.alloc(0))),
  );
  const counts = counters.map(() => 0);
  let writtenMs = 0;
  const write = (variable: UAVariable | undefined, dataType: DataType, value: unknown): void => {
    // Cameras take longer than a millisecond between two frames.
    writtenMs = Math.max(Date.now(), writtenMs + 1);
    variable?.setValueFromSource({ dataType, value }, StatusCodes.Good, new Date(writtenMs));
  };
  const shootView = (view: number, image: Uint8Array): void => {
    const count = (counts[view] ?? 0) + 1;
    const writeImage = (): void => write(images[view]?.[count % slots], DataType.ByteString, Buffer.from(image));
    if (!counterFirst) writeImage();
    write(counters[view], DataType.UInt32, count);
    if (counterFirst) writeImage();
  };
  return {
    url: await listen(server, place),
    shoot: (shown) => {
      write(serial, DataType.String, `S-${Math.max(...counts) + 1}`);
      for (const [view, image] of shown.entries()) {
        if (image !== null) shootView(view, image);
        counts[view] = (counts[view] ?? 0) + 1;
      }
    },
    resetCounters: () =>
      counters.forEach((counter, view) => {
        counts[view] = 0;
        write(counter, DataType.UInt32, 0);
      }),
    [Symbol.asyncDispose]: () => stop(server),
  };
}

async function stop(server: OPCUAServer): Promise<void> {
  await server.shutdown(0);
}

function imageNames(view: number, slots: number): readonly string[] {
  if (slots === 1) return [`V${view}.Image`];
  return Array.from({ length: slots }, (_, slot) => `V${view}.Slot${slot}`);
}

/** The camera file of such a camera. */
export function plainLayout(
  adapter: 'counter' | 'pushed',
  { views = 1, slots = 1 }: Pick<PlainCameraOptions, 'views' | 'slots'> = {},
  more: Record<string, unknown> = {},
): CameraLayout {
  return cameraFileSchema.parse({
    adapter,
    epoch: 'server-start',
    results: 'none',
    part: { productId: 'test-product', recipeId: 'test-recipe' },
    views: Array.from({ length: views }, (_, view) => {
      const nodes = imageNames(view, slots).map((name) => `ns=2;s=${name}`);
      return {
        viewId: `view-${view}`,
        cameraId: `cam-${view}`,
        counter: `ns=2;s=V${view}.Count`,
        ...(slots === 1 ? { image: nodes[0] } : { slots: nodes }),
        format: 'png',
        widthPx: 8,
        heightPx: 6,
      };
    }),
    ...more,
  });
}
