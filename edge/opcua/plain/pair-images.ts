/** An image or a count as the server pushed it, with the time at which the camera wrote it. */
export interface Pushed<Value> {
  readonly value: Value;
  readonly writtenMs: number;
}

/** The images of one view and the counts that follow them, on their way to each other. */
export interface ImagePairing<Image> {
  /** Images that now have their number. */
  image(pushed: Pushed<Image>): readonly Paired<Image>[];
  count(pushed: Pushed<number>): readonly Paired<Image>[];
}

export interface Paired<Image> {
  readonly count: number;
  readonly image: Image;
}

const countsKept = 64;

/**
 * Finds the number of pushed images by the times at which they were written. A camera writes the image first and its
 * number after, so number n belongs to the last image that was written after number n - 1 and not after number n. Where
 * one of the two numbers never came, nobody can say whose image it is: it is dropped, and number n counts as lost.
 * @param imagesKept images that may wait for their number; beyond it the oldest goes
 */
export function pairImages<Image>(imagesKept: number): ImagePairing<Image> {
  let counts: readonly Pushed<number>[] = [];
  let images: readonly Pushed<Image>[] = [];
  const pair = (): readonly Paired<Image>[] => {
    const paired = new Map<number, Image>();
    const waiting: Pushed<Image>[] = [];
    for (const image of images) {
      const after = counts.findIndex((count) => count.writtenMs >= image.writtenMs);
      const [number, before] = [counts[after], counts[after - 1]];
      if (!number) waiting.push(image);
      else if (before?.value === number.value - 1) paired.set(number.value, image.value);
    }
    images = waiting.slice(-imagesKept);
    return Array.from(paired, ([count, image]) => ({ count, image }));
  };
  return {
    image: (pushed) => {
      images = [...images, pushed];
      return pair();
    },
    count: (pushed) => {
      counts = [...counts, pushed].slice(-countsKept);
      return pair();
    },
  };
}
