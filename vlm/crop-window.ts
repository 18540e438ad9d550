import { boxArea, intersectionArea, type Box } from '#detector/box.ts';
import { seededRandom } from '#detector/seeded-random.ts';
import type { Coordinates } from '#vlm/profiles.ts';
import type { Size } from '#vlm/smart-resize.ts';

// The box takes between a half and a quarter of the window's side, so that its size too must be seen, not guessed.
const sideOverBox = [2, 4] as const;
const leastSidePx = 48;
// Offsets that clear a near neighbour are few of all; drawing one costs nothing.
const tries = 32;

/** Something else that was found on the frame, and how sure the detector is of it, 0..1. */
export interface Beside {
  readonly box: Box;
  readonly score: number;
}

/**
 * The part of a frame to be shown for a box: a square where the frame has room, of a size and an offset that the seed
 * gives, so that where the box lies in the picture says nothing about where the detector saw it. Of a few dozen such windows
 * the first that shows least of what else was found, for whoever is asked without the box cannot know which of two is
 * meant. Whole pixels; contains the box as far as it lies in the frame.
 */
export function cropWindow(box: Box, frame: Size, seed: number, beside: readonly Beside[] = []): Box {
  const random = seededRandom(seed);
  let best = drawWindow(box, frame, random);
  let least = shownOf(beside, best);
  for (let again = 1; again < tries && least > 0; again += 1) {
    const window = drawWindow(box, frame, random);
    const shown = shownOf(beside, window);
    if (shown < least) [best, least] = [window, shown];
  }
  return best;
}

/** How much a window shows of other places: their visible shares, each by its score. */
function shownOf(beside: readonly Beside[], window: Box): number {
  return beside.reduce(
    (sum, { box, score }) => sum + (score * intersectionArea(box, window)) / Math.max(1, boxArea(box)),
    0,
  );
}

function drawWindow(box: Box, frame: Size, random: () => number): Box {
  const over = sideOverBox[0] + (sideOverBox[1] - sideOverBox[0]) * random();
  const sidePx = Math.max(leastSidePx, Math.round(Math.max(box.x2 - box.x1, box.y2 - box.y1) * over));
  const across = place(box.x1, box.x2, { sidePx, framePx: frame.widthPx }, random());
  const down = place(box.y1, box.y2, { sidePx, framePx: frame.heightPx }, random());
  return { x1: across.from, y1: down.from, x2: across.to, y2: down.to };
}

/** Along one axis: anywhere that holds the box with a small margin, within the frame. */
function place(low: number, high: number, size: { sidePx: number; framePx: number }, share: number) {
  const sidePx = Math.min(size.sidePx, size.framePx);
  const marginPx = Math.min(4, Math.max(0, Math.floor((sidePx - (high - low)) / 2)));
  const most = size.framePx - sidePx;
  const first = clamp(Math.ceil(high + marginPx) - sidePx, 0, most);
  const last = clamp(Math.floor(low - marginPx), first, most);
  const from = first + Math.floor(share * (last - first + 1));
  return { from: Math.min(from, last), to: Math.min(from, last) + sidePx };
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}

/** How the image that is sent is laid out: tested part on the left, golden sample of the same window on the right. */
export interface SentLayout {
  readonly window: Box;
  /** The tested part within the image; the golden panel has the same size. */
  readonly panel: Size;
  /** The whole image. */
  readonly image: Size;
}

/** Fits a window into the token budget: both sides of the image multiples of the factor, near the window's shape. */
export function layOut(
  window: Box,
  withGolden: boolean,
  budget: { readonly factor: number; readonly imageTokens: number },
): SentLayout {
  const { factor } = budget;
  const panels = withGolden ? 2 : 1;
  const widthPx = window.x2 - window.x1;
  const heightPx = window.y2 - window.y1;
  const cells = budget.imageTokens / panels;
  const columns = clamp(Math.floor(Math.sqrt((cells * widthPx) / heightPx) + 1e-9), 1, Math.floor(cells));
  const rows = clamp(Math.round((columns * heightPx) / widthPx), 1, Math.max(1, Math.floor(cells / columns)));
  const panel = { widthPx: columns * factor, heightPx: rows * factor };
  return { window, panel, image: { widthPx: panel.widthPx * panels, heightPx: panel.heightPx } };
}

/** A box of an answer in frame pixels. The numbers are pixels of the image as sent, or shares of it by profile. */
export function toFrame(answered: Box, layout: SentLayout, coordinates: Coordinates): Box {
  const { window, panel } = layout;
  const unit = unitsOf(layout, coordinates);
  const x = (value: number): number => window.x1 + (value / unit.x / panel.widthPx) * (window.x2 - window.x1);
  const y = (value: number): number => window.y1 + (value / unit.y / panel.heightPx) * (window.y2 - window.y1);
  return { x1: x(answered.x1), y1: y(answered.y1), x2: x(answered.x2), y2: y(answered.y2) };
}

/** A box of frame pixels as an answer would write it: whole numbers. */
export function toAnswer(box: Box, layout: SentLayout, coordinates: Coordinates): Box {
  const { window, panel } = layout;
  const unit = unitsOf(layout, coordinates);
  const x = (value: number): number =>
    Math.round(((value - window.x1) / (window.x2 - window.x1)) * panel.widthPx * unit.x);
  const y = (value: number): number =>
    Math.round(((value - window.y1) / (window.y2 - window.y1)) * panel.heightPx * unit.y);
  return { x1: x(box.x1), y1: y(box.y1), x2: x(box.x2), y2: y(box.y2) };
}

/** The largest x and y that an answer may give: the far corner of the tested panel. */
export function answerLimits(layout: SentLayout, coordinates: Coordinates): { readonly x: number; readonly y: number } {
  const unit = unitsOf(layout, coordinates);
  return { x: layout.panel.widthPx * unit.x, y: layout.panel.heightPx * unit.y };
}

/** Answer numbers per pixel of the image as sent. */
function unitsOf(layout: SentLayout, { extent }: Coordinates): { x: number; y: number } {
  if (extent === null) return { x: 1, y: 1 };
  return { x: extent / layout.image.widthPx, y: extent / layout.image.heightPx };
}
