import type { Image } from '#detector/image.ts';
import type { KeyedGolden } from '#detector/threads/messages.ts';

/** Which goldens a thread holds. */
export interface GoldenKeys {
  /** How to name a golden to the thread; `forget` lists the keys it may drop for it. */
  name(golden: Image): { readonly golden: KeyedGolden; readonly forget: readonly number[] };
}

/** Keeps the `most` goldens that were used last: their pixels, and what is known of them, are sent and found out once. */
export function createGoldenKeys(most: number): GoldenKeys {
  const keys = new Map<Image, number>();
  let next = 0;
  return {
    name(golden) {
      const known = keys.get(golden);
      const key = known ?? next++;
      keys.delete(golden);
      keys.set(golden, key);
      const forget: number[] = [];
      for (const [image, old] of keys) {
        if (keys.size <= most) break;
        keys.delete(image);
        forget.push(old);
      }
      return { golden: { key, image: known === undefined ? ownPixels(golden) : null }, forget };
    },
  };
}

/** An image whose buffer holds nothing else: a message carries whole buffers. */
export function ownPixels(image: Image): Image {
  const { data } = image;
  return data.byteLength === data.buffer.byteLength ? image : { ...image, data: data.slice() };
}
