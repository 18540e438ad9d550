import type { CardView, Mark } from '#hmi/server/api.schema.ts';

const tilePx = 512;

/** Levels of a frame in tiles: each half as large as the one before, down to one that is a single tile. */
export function sourceOf({ widthPx: width, heightPx: height }: Pick<CardView, 'widthPx' | 'heightPx'>) {
  const longest = Math.max(width, height);
  const maxLevel = Math.ceil(Math.log2(longest));
  const halvings = Math.max(0, Math.ceil(Math.log2(longest / tilePx)));
  const source = { width, height, tileSize: tilePx, tileOverlap: 0, minLevel: maxLevel - halvings, maxLevel };
  return { source, coarsest: 2 ** halvings };
}

/** A box to lie over the frame; drawn as everywhere, by outcome and stage. */
export function boxElement({ stage, outcome }: Mark): HTMLElement {
  const element = document.createElement('div');
  element.className = `zoom-mark mark-${stage} mark-${outcome ?? 'accept'}`;
  element.setAttribute('aria-hidden', 'true');
  return element;
}
