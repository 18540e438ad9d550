import type { CardView } from '#hmi/server/api.schema.ts';

/** True for a view on which something speaks against the part. */
export function needsEyes({ marks, doubts }: Pick<CardView, 'marks' | 'doubts'>): boolean {
  return doubts.length > 0 || marks.some(({ outcome }) => outcome === 'fail' || outcome === 'doubt');
}

const weight = { fail: 3, doubt: 2, accept: 0 } as const;

/** The view with the gravest mark; of equals the first. */
export function mostTelling(views: readonly CardView[]): CardView | undefined {
  const gravity = ({ marks, doubts }: CardView): number =>
    Math.max(doubts.length > 0 ? 1 : 0, ...marks.map(({ outcome }) => weight[outcome ?? 'accept']));
  return views.toSorted((a, b) => gravity(b) - gravity(a))[0];
}
