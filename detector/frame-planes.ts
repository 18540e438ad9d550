import type { Image } from '#detector/image.ts';
import type { ModelInput } from '#detector/model-manifest.ts';

/** One channel of the network's input over the whole frame: the sample of pixel i is data[i * step + offset]. */
export interface Plane {
  readonly data: Uint8Array;
  readonly step: 1 | 3;
  readonly offset: number;
}

/** The channels of one image in the order the model takes them; `gray` of a color image is computed into a new plane. */
export function imagePlanes(image: Image, channels: ModelInput['channels']): Plane[] {
  if (channels.length === 1) return [{ data: toGrey(image).data, step: 1, offset: 0 }];
  if (image.channels === 1) return channels.map(() => ({ data: image.data, step: 1, offset: 0 }));
  return [0, 1, 2].map((offset) => ({ data: image.data, step: 3, offset }));
}

/** The image itself where it is grey, else its luma by ITU-R BT.601 (weights in 1/65536). */
export function toGrey(image: Image): Image {
  if (image.channels === 1) return image;
  const { widthPx, heightPx, data } = image;
  const grey = new Uint8Array(widthPx * heightPx);
  for (let to = 0, from = 0; to < grey.length; to += 1, from += 3) {
    const luma = 19595 * (data[from] ?? 0) + 38470 * (data[from + 1] ?? 0) + 7471 * (data[from + 2] ?? 0);
    grey[to] = (luma + 32768) >>> 16;
  }
  return { widthPx, heightPx, channels: 1, data: grey };
}
