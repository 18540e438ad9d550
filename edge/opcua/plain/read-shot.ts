import type { DataValue } from 'node-opcua';
import type { StationSession } from '#edge/opcua/open-session.ts';
import type { ViewLayout } from '#edge/opcua/plain/camera-file.schema.ts';
import { readNodes, wholeNumber, writtenMs } from '#edge/opcua/plain/read-nodes.ts';

/** An image as it was read, with the size that the camera shows of it. */
export interface ReadImage {
  readonly image: DataValue;
  readonly widthPx: number | null;
  readonly heightPx: number | null;
}

/**
 * Reads the image that a view took when its counter came to `count`; `gone` where the camera has it no more. A camera
 * writes the image first and the counter after. So an image variable shows the frame of `count` when the counter stands
 * there before and after the read and the image is not newer than the counter (else it is `unproven`: the next frame
 * may lie there already), and a slot does until the counter has come so far that the slot may be in use again.
 */
export async function readShot(
  station: StationSession,
  view: ViewLayout,
  count: number,
): Promise<ReadImage | 'gone' | 'unproven'> {
  const { counter, images } = view;
  const image = images[count % images.length] ?? '';
  const sizes = sizeNodes(view);
  const values = await readNodes(station, [counter, image, ...sizes, counter]);
  const [first, last] = [values[0], values.at(-1)];
  const shown = values[1];
  if (!first || !last || !shown) throw new Error('a read without an answer');
  const before = wholeNumber(counter, first.value.value);
  const after = wholeNumber(counter, last.value.value);
  const newestKept = images.length === 1 ? count : count + images.length - 2;
  if (before < count || after > newestKept) return 'gone';
  if (images.length === 1 && !isOfCounter(shown, last)) return 'unproven';
  return { image: shown, ...sizeOf(view, values.slice(2, -1)) };
}

/** Where the camera stamps no times, the counter alone has to do. */
function isOfCounter(image: DataValue, counter: DataValue): boolean {
  const [imageMs, counterMs] = [writtenMs(image), writtenMs(counter)];
  return imageMs === null || counterMs === null || imageMs <= counterMs;
}

/** Nodes that show the size of a view. */
export function sizeNodes({ widthPx, heightPx }: ViewLayout): readonly string[] {
  return [widthPx, heightPx].flatMap((size) => (size !== null && typeof size === 'object' ? size.node : []));
}

/** The size of a view by its settings and by the values of its size nodes. */
export function sizeOf(
  { widthPx, heightPx }: ViewLayout,
  values: readonly DataValue[],
): { readonly widthPx: number | null; readonly heightPx: number | null } {
  const shown = [...values];
  const px = (size: ViewLayout['widthPx']): number | null =>
    size !== null && typeof size === 'object' ? wholeNumber(size.node, shown.shift()?.value.value) : size;
  return { widthPx: px(widthPx), heightPx: px(heightPx) };
}
