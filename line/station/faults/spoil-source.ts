import sharp, { type Sharp } from 'sharp';
import type { PartSource, ShownPart, ShownView } from '#line/part-source.ts';
import { pictureFaults, type BadDay, type PictureFault } from '#line/station/faults/bad-day.ts';

/** Standard deviation of the blur in pixels: no edge of a part is left. */
const blurSigmaPx = 12;
const corruptBytes = 64;
/** How many parts on another product is looked for. */
const lookAhead = 200;

/** Parts whose pictures show what a camera shows on a bad day. Their facts stay those of the part. */
export function spoilSource(source: PartSource, badDay: BadDay): PartSource {
  const spoilers: Readonly<Record<PictureFault, (part: ShownPart, number: number) => Promise<readonly ShownView[]>>> = {
    corrupt: async ({ views }) => views.map((view) => ({ ...view, bytes: withOtherBytes(view.bytes) })),
    freeze: async ({ views }) => views.map((view) => ({ ...view, bytes: shownLast.get(view.viewId) ?? view.bytes })),
    black: ({ views }) => redraw(views, (picture) => picture.linear(0, 2)),
    blur: ({ views }) => redraw(views, (picture) => picture.blur(blurSigmaPx)),
    'wrong-product': (part, number) => otherProduct(source, part, number),
  };
  const shownLast = new Map<string, Uint8Array>();
  return {
    count: source.count,
    goldens: () => source.goldens(),
    challenge: (number) => source.challenge(number),
    part: async (number) => {
      const part = await source.part(number);
      const fault = badDay.takeOneOf(pictureFaults);
      const views = fault ? await spoilers[fault](part, number) : part.views;
      for (const { viewId, bytes } of views) shownLast.set(viewId, bytes);
      return fault ? { ...part, views, truth: { ...part.truth, faults: [fault] } } : part;
    },
  };
}

/** In the middle of the file, where the pixels are. */
function withOtherBytes(bytes: Uint8Array): Uint8Array {
  const other = new Uint8Array(bytes);
  const from = bytes.length >> 1;
  for (let at = from; at < Math.min(bytes.length, from + corruptBytes); at += 1) other[at] = (other[at] ?? 0) ^ 0xa5;
  return other;
}

function redraw(views: readonly ShownView[], how: (picture: Sharp) => Sharp): Promise<ShownView[]> {
  return Promise.all(
    views.map(async (view) => {
      const { data, info } = await sharp(view.bytes).raw().toBuffer({ resolveWithObject: true });
      const { width, height, channels } = info;
      const picture = how(sharp(data, { raw: { width, height, channels } }));
      const bytes = await picture
        .toColourspace(channels === 1 ? 'b-w' : 'srgb')
        .toFormat(view.encoding)
        .toBuffer();
      return { ...view, bytes };
    }),
  );
}

/** Pictures of the next part of another product; where there is none, the part lies upside down. */
async function otherProduct(source: PartSource, part: ShownPart, number: number): Promise<readonly ShownView[]> {
  for (let ahead = 1; ahead < Math.min(lookAhead, source.count - number); ahead += 1) {
    const other = await source.part(number + ahead);
    if (other.productId === part.productId) continue;
    return part.views.map((view) => ({ ...view, ...other.views.find(({ viewId }) => viewId === view.viewId) }));
  }
  return redraw(part.views, (picture) => picture.rotate(180));
}
