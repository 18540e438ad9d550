import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { connectOnce } from '#edge/cli/connect-once.ts';
import { findImages, type FoundImage } from '#edge/cli/find-images.ts';
import { findVariables } from '#edge/opcua/find-variables.ts';
import { stationNamespace } from '#edge/opcua/station-nodes.ts';

const watchMs = 3000;

/** `browse URL`: prints the variables of a server that may hold an image, and a camera file for them. */
export async function browse(url: string): Promise<void> {
  const station = await connectOnce(url);
  try {
    const variables = await findVariables(station.session);
    if (
      variables.some(({ path }) => path === 'Camera/FrameId') &&
      variables.some(({ path }) => path === 'Camera/Epoch')
    )
      process.stdout.write(
        `A station: HAIRLINE_OPCUA_URL=${url} is enough where its namespace is ${stationNamespace}.\n`,
      );
    const images = await findImages(station.session, variables, () => sleep(watchMs));
    process.stdout.write(images.length === 0 ? 'No variable looks like an image.\n' : report(url, images));
  } finally {
    await station.close();
  }
}

function report(url: string, images: readonly FoundImage[]): string {
  const lines = images.map(
    ({ nodeId, path, dataType, bytes, format, rate, counter }) =>
      `${nodeId}  ${path}  ${dataType}  ${bytes} bytes  ${format ?? 'raw or empty'}  ${rate === null ? 'rate unknown' : `${rate.toFixed(1)}/s`}  counter ${counter ?? 'not found'}\n`,
  );
  const counted = images.filter((image) => image.counter !== null);
  if (counted.length === 0)
    return `${lines.join('')}\nNo counter was found beside an image: without one nobody could say what was lost.\n`;
  return `${lines.join('')}
Adapter counter is suggested: it needs nothing of the server but reads. Take pushed where frames come faster than they
are read. Check that each counter belongs to its image, keep the views that are wanted, and name the file in
HAIRLINE_CAMERA_FILE:

${stringify(cameraFile(url, counted))}`;
}

function cameraFile(url: string, images: readonly FoundImage[]): object {
  return {
    adapter: 'counter',
    url,
    epoch: 'server-start',
    results: 'none',
    part: { productId: 'PRODUCT', recipeId: 'RECIPE' },
    views: images.map(({ nodeId, counter, format, widthPx, heightPx }, index) => ({
      viewId: `view-${index + 1}`,
      cameraId: `camera-${index + 1}`,
      counter,
      image: nodeId,
      format: format ?? 'Mono8',
      ...(widthPx === null ? {} : { widthPx }),
      ...(heightPx === null ? {} : { heightPx }),
    })),
  };
}
