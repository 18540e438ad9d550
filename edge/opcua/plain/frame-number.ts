/** A frame of a plain camera: how often its view's counter had counted, and which view it is, from 0. */
export interface Shot {
  readonly count: number;
  readonly view: number;
}

/** Numbers all frames of all views from 1 without a hole: the views of count 1 in their order, then those of count 2. */
export function frameIdOf({ count, view }: Shot, views: number): number {
  return (count - 1) * views + view + 1;
}

export function shotOf(frameId: number, views: number): Shot {
  return { count: Math.floor((frameId - 1) / views) + 1, view: (frameId - 1) % views };
}

/** The least count of a view whose frame has a number above `frameId`. */
export function countAfter(frameId: number, view: number, views: number): number {
  return Math.max(1, Math.floor((frameId - view - 1) / views) + 2);
}
