import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { z } from 'zod';
import type { Truth } from '#detector/coco/read-coco.ts';
import { sumPrecision } from '#detector/onnx/eight-bit-sums.ts';
import type { BoardPair } from './mosaic.ts';

const run = promisify(execFile);
const packages = ['sahi==0.12.8', 'onnxruntime==1.31.1'];
const said = z.object({
  ms: z.array(z.number()),
  boxes: z.array(z.tuple([z.number(), z.number(), z.number(), z.number(), z.string()])),
});

/** Makes a virtual environment with SAHI in `folder` where there is none yet; returns its Python. */
export async function preparePython(folder: string): Promise<string> {
  const python = join(folder, 'bin/python');
  if (!existsSync(python)) await run('python3', ['-m', 'venv', folder]);
  await run(python, ['-m', 'pip', 'install', '--quiet', ...packages]);
  return python;
}

/** SAHI's time for each round and what it found, on the same frame and ONNX file. */
export async function runSahi(
  python: string,
  manifest: string,
  frame: BoardPair,
  how: { readonly rounds: number; readonly image: string },
): Promise<{ readonly ms: readonly number[]; readonly calls: readonly Truth[] }> {
  const { widthPx: width, heightPx: height } = frame.tested;
  const pixels = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at += 1) {
    pixels[at * 3] = frame.tested.data[at] ?? 0;
    pixels[at * 3 + 1] = frame.golden.data[at] ?? 0;
  }
  await sharp(pixels, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toFile(how.image);
  const script = join(import.meta.dirname, 'sahi_tiles.py');
  const args = [script, manifest, how.image, String(how.rounds), await sumPrecision()];
  const { stdout } = await run(python, args, { maxBuffer: 1 << 24 });
  const { ms, boxes } = said.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  return { ms, calls: boxes.map(([x1, y1, x2, y2, label]) => ({ label, box: { x1, y1, x2, y2 } })) };
}
