import type { CSSProperties } from 'react';

/** The room that a picture of a frame takes, before it is loaded; square where the size is not known. */
export function frameShape({ widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number }) {
  const ratio = widthPx > 0 && heightPx > 0 ? widthPx / heightPx : 1;
  return { aspectRatio: ratio, '--ratio': ratio } as CSSProperties;
}
