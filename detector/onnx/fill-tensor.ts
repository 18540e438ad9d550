import type { Plane } from '#detector/frame-planes.ts';
import type { ModelInput } from '#detector/model-manifest.ts';
import type { Window } from '#detector/window.ts';

/** A frame as planes. */
export interface PlanarFrame {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly planes: readonly Plane[];
}

/** Copies one window of one plane to `target` from `start` on, row by row; beyond the frame its edge is repeated. */
export function copyWindow(frame: PlanarFrame, plane: Plane, window: Window, target: Uint8Array): void {
  const inside = Math.min(window.widthPx, frame.widthPx - window.x);
  for (let row = 0; row < window.heightPx; row += 1) {
    const y = Math.min(window.y + row, frame.heightPx - 1);
    const from = y * frame.widthPx + window.x;
    const to = row * window.widthPx;
    if (plane.step === 1) target.set(plane.data.subarray(from, from + inside), to);
    else for (let x = 0; x < inside; x += 1) target[to + x] = plane.data[(from + x) * plane.step + plane.offset] ?? 0;
    if (inside < window.widthPx) target.fill(target[to + inside - 1] ?? 0, to + inside, to + window.widthPx);
  }
}

/** Table from pixel value to network value of one channel: (pixel * scale - mean) / std. */
export function normalization(input: ModelInput, channel: number): Float32Array {
  const { scale, mean, std } = input;
  return Float32Array.from({ length: 256 }, (_, pixel) => (pixel * scale - (mean[channel] ?? 0)) / (std[channel] ?? 1));
}
