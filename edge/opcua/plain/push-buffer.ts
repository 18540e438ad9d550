/** Images that came with their number before anybody asked for them. */
export interface PushBuffer<Image> {
  /** The lowest number that waits; null where none does. */
  oldest(): number | null;
  /** The image of a number, which is then the caller's. */
  take(frameId: number): Image | null;
  put(frameId: number, image: Image): void;
  /** Lets the one who waits fail. */
  fail(error: unknown): void;
  /** Waits for the next image; false where none came in `ms`. */
  changed(ms: number): Promise<boolean>;
}

/** Holds `capacity` images; beyond it the oldest goes, and will be missed by its number. */
export function createPushBuffer<Image>(capacity: number): PushBuffer<Image> {
  const images = new Map<number, Image>();
  let change = Promise.withResolvers<boolean>();
  let failure: Error | null = null;
  const oldest = (): number | null => (images.size === 0 ? null : Math.min(...images.keys()));
  return {
    oldest,
    take: (frameId) => {
      const image = images.get(frameId) ?? null;
      images.delete(frameId);
      return image;
    },
    put: (frameId, image) => {
      images.set(frameId, image);
      if (images.size > capacity) images.delete(oldest() ?? frameId);
      change.resolve(true);
    },
    fail: (error) => {
      failure = error instanceof Error ? error : new Error(String(error));
      change.resolve(true);
    },
    changed: async (ms) => {
      const timer = setTimeout(() => change.resolve(false), ms);
      const isChanged = await change.promise;
      clearTimeout(timer);
      change = Promise.withResolvers();
      if (failure !== null) throw failure;
      return isChanged;
    },
  };
}
