const aroundOneS = 3600;

/** What the time axis shows, in seconds: all points; around a single one the hours beside it, not the years. */
export function timeRange(first: number, last: number): [number, number] {
  return first === last ? [first - aroundOneS, last + aroundOneS] : [first, last];
}
