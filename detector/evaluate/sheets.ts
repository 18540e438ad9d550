import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp, { type OverlayOptions } from 'sharp';
import type { Box } from '#detector/box.ts';
import { isFalseCall, matchImage } from '#detector/evaluate/match-image.ts';
import type { SeenImage, ShownImage } from '#detector/evaluate/run-set.ts';
import type { Image } from '#detector/image.ts';

/** One thing to look at: a defect that was missed or a call that points at none. */
interface Oddity {
  readonly index: number;
  readonly box: Box;
  readonly text: string;
}

const columns = 5;
const rows = 4;
const cropPx = 128;
const zoom = 2;
const textPx = 18;
const cellWidth = cropPx * zoom;

/**
 * Writes sheets of misses and of false calls, worst first: tested image left, golden right where there is one, the box
 * in question red, the other calls yellow, the truth green. Returns how many sheets there are.
 */
export async function writeSheets(
  seen: readonly SeenImage[],
  folder: string,
  threshold: number,
  show: (index: number) => Promise<ShownImage | null>,
): Promise<number> {
  await mkdir(folder, { recursive: true });
  let written = 0;
  for (const [kind, oddities] of Object.entries({
    miss: misses(seen, threshold),
    'false-call': falseCalls(seen, threshold),
  })) {
    for (let start = 0; start < oddities.length; start += columns * rows) {
      const part = oddities.slice(start, start + columns * rows);
      const name = `${kind}-${String(start / (columns * rows) + 1).padStart(3, '0')}.png`;
      await writeSheet(join(folder, name), part, seen, show);
      written += 1;
    }
  }
  return written;
}

function misses(seen: readonly SeenImage[], threshold: number): Oddity[] {
  return seen.flatMap((image, index) => {
    const calls = image.calls.filter(({ score }) => score >= threshold);
    const found = new Set(matchImage({ calls, truths: image.truths }, 0.33));
    return image.truths.flatMap(({ label, box }, truth) =>
      found.has(truth) ? [] : [{ index, box, text: `missed ${label}` }],
    );
  });
}

function falseCalls(seen: readonly SeenImage[], threshold: number): Oddity[] {
  const all = seen.flatMap((image, index) =>
    image.calls
      .filter((call) => call.score >= threshold && isFalseCall(call, image.truths))
      .map(({ box, label, score }) => ({ index, box, score, text: `${label} ${score.toFixed(2)}` })),
  );
  return all.sort((a, b) => b.score - a.score);
}

async function writeSheet(
  path: string,
  oddities: readonly Oddity[],
  seen: readonly SeenImage[],
  show: (index: number) => Promise<ShownImage | null>,
): Promise<void> {
  const parts: OverlayOptions[] = [];
  let pairs = 1;
  for (const [at, oddity] of oddities.entries()) {
    const shown = await show(oddity.index);
    const image = seen[oddity.index];
    if (!shown || !image) continue;
    const pictures = [shown.tested, ...(shown.golden ? [shown.golden] : [])];
    pairs = Math.max(pairs, pictures.length);
    for (const [side, picture] of pictures.entries()) {
      const left = ((at % columns) * pictures.length + side) * cellWidth;
      const top = Math.floor(at / columns) * (cellWidth + textPx);
      parts.push({ input: await crop(picture, oddity.box), left, top });
      parts.push({ input: overlay(oddity, image), left, top });
    }
  }
  const size = { width: columns * pairs * cellWidth, height: rows * (cellWidth + textPx) };
  await sharp({ create: { ...size, channels: 3, background: '#202020' } })
    .composite(parts)
    .png()
    .toFile(path);
}

function corner(box: Box): { readonly x: number; readonly y: number } {
  return { x: Math.round((box.x1 + box.x2 - cropPx) / 2), y: Math.round((box.y1 + box.y2 - cropPx) / 2) };
}

async function crop({ widthPx, heightPx, channels, data }: Image, box: Box): Promise<Buffer> {
  const { x, y } = corner(box);
  const left = Math.max(0, Math.min(x, widthPx - 1));
  const top = Math.max(0, Math.min(y, heightPx - 1));
  const width = Math.max(1, Math.min(x + cropPx, widthPx) - left);
  const height = Math.max(1, Math.min(y + cropPx, heightPx) - top);
  const cut = await sharp(data, { raw: { width: widthPx, height: heightPx, channels } })
    .extract({ left, top, width, height })
    .extend({
      left: left - x,
      top: top - y,
      right: Math.max(0, cropPx - width - (left - x)),
      bottom: Math.max(0, cropPx - height - (top - y)),
    })
    .png()
    .toBuffer();
  return sharp(cut).resize(cellWidth, cellWidth, { kernel: 'nearest', fit: 'fill' }).png().toBuffer();
}

function overlay(oddity: Oddity, image: SeenImage): Buffer {
  const { x, y } = corner(oddity.box);
  const frame = (box: Box, color: string): string =>
    `<rect x="${(box.x1 - x) * zoom}" y="${(box.y1 - y) * zoom}" width="${(box.x2 - box.x1) * zoom}" ` +
    `height="${(box.y2 - box.y1) * zoom}" fill="none" stroke="${color}" stroke-width="1.5"/>`;
  const frames = [
    ...image.calls.filter(({ score }) => score >= 0.1).map(({ box }) => frame(box, '#ffcc00')),
    ...image.truths.map(({ box }) => frame(box, '#00d060')),
    frame(oddity.box, '#ff3030'),
  ];
  const name = image.fileName.split('/').at(-1) ?? '';
  const text = `<text x="3" y="${cellWidth + 13}" font-size="11" fill="#fff">${escape(oddity.text)} ${escape(name)}</text>`;
  const size = `width="${cellWidth}" height="${cellWidth + textPx}"`;
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" ${size}>${frames.join('')}${text}</svg>`);
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
