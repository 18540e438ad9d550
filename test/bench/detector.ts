import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { iou } from '#detector/box.ts';
import type { Truth } from '#detector/coco/read-coco.ts';
import { createDetector, type Detector } from '#detector/onnx/create-detector.ts';
import { printResult, rounded } from '../support/result-line.ts';
import { comparePasses, timed } from './detector/bare-runs.ts';
import { drawPairs, loadPairs } from './detector/load-pairs.ts';
import { mosaic, type BoardPair } from './detector/mosaic.ts';
import { preparePython, runSahi } from './detector/run-sahi.ts';

const help = `npm run bench -- detector [OPTIONS]

Frames a second of a pair model from decoded frame to detections, beside bare ONNX Runtime runs of the same windows; the
worst frame; frames of 12 and 20 MP beside SAHI's full tiling with the same ONNX file; peak memory.

  --coco FILE --root DIR   pairs with templates (default: boards drawn by the generator)
  --model NAME             default pcb-pair
  --models DIR             default detector/models
  --limit N                pairs (default 100)
  --passes N               the best of so many counts (default 3)
  --venv DIR               virtual environment for SAHI, made where there is none (default .hairline/bench-venv)
  --no-sahi                leave SAHI out
`;

const spec = {
  help: { type: 'boolean' },
  coco: { type: 'string' },
  root: { type: 'string', default: '.' },
  model: { type: 'string', default: 'pcb-pair' },
  models: { type: 'string', default: join(import.meta.dirname, '../../detector/models') },
  limit: { type: 'string', default: '100' },
  passes: { type: 'string', default: '3' },
  venv: { type: 'string', default: '.hairline/bench-venv' },
  'no-sahi': { type: 'boolean', default: false },
} as const;

/** 0 where every goal holds. */
export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: spec });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const pairs = values.coco
    ? await loadPairs(values.coco, values.root, Number(values.limit))
    : drawPairs(Number(values.limit), 640);
  const held: boolean[] = [];
  held.push(...(await benchPairs(values, pairs)));
  await using detector = await createDetector({ modelDir: values.models, name: values.model });
  held.push(await benchDirty(detector, pairs));
  const python = values['no-sahi'] ? null : await preparePython(values.venv);
  for (const [columns, rows] of [
    [6, 5],
    [8, 6],
  ] as const)
    held.push(...(await benchLarge(detector, mosaic(pairs, columns, rows, 10), { ...values, python })));
  held.push(await benchMemory(values));
  return held.every(Boolean) ? 0 : 1;
}

interface ModelChoice {
  readonly models: string;
  readonly model: string;
  readonly passes: string;
}

async function benchPairs(values: ModelChoice, pairs: readonly BoardPair[]): Promise<boolean[]> {
  const choice = { modelDir: values.models, name: values.model };
  const { detectorMs, bareMs, slowestMs, windowsPx } = await comparePasses(choice, pairs, Number(values.passes));
  const best = Math.min(...detectorMs);
  const bare = Math.min(...bareMs);
  const fps = (pairs.length * 1000) / best;
  const name = 'detector';
  const anchor = `bare runs of the same windows in two threads, ${Math.round(windowsPx)} px a frame`;
  const asked = { goal: 'at least 62', holds: fps >= 62 };
  const barely = { goal: 'ratio at most 1.10', holds: best / bare <= 1.1 };
  printResult({
    name,
    case: 'pairs',
    value: rounded(fps),
    unit: 'frames/s',
    anchor: 'Tang et al. 2019, GPU',
    anchorValue: 62,
    ratio: rounded(fps / 62),
    ...asked,
  });
  printResult({
    name,
    case: 'pairs',
    value: rounded(best / pairs.length),
    unit: 'ms',
    anchor,
    anchorValue: rounded(bare / pairs.length),
    ratio: rounded(best / bare),
    ...barely,
  });
  printResult({
    name,
    case: 'slowest of the pairs',
    value: rounded(slowestMs),
    unit: 'ms',
    anchor: '',
    anchorValue: null,
    ratio: null,
    goal: '',
    holds: null,
  });
  return [asked.holds, barely.holds];
}

/** A board that differs from its golden everywhere. */
async function benchDirty(detector: Detector, pairs: readonly BoardPair[]): Promise<boolean> {
  const [pair] = pairs;
  if (!pair) return false;
  const data = pair.tested.data.map((level, at) => ((at * 7919) % 251 > 125 ? 255 - level : level));
  const ms = await timed(() => detector.detect({ ...pair.tested, data }, pair.golden));
  printResult({
    name: 'detector',
    case: 'dirty everywhere',
    value: rounded(ms),
    unit: 'ms',
    anchor: '',
    anchorValue: null,
    ratio: null,
    goal: 'finishes',
    holds: true,
  });
  return true;
}

async function benchLarge(
  detector: Detector,
  frame: BoardPair,
  values: ModelChoice & { readonly python: string | null },
): Promise<boolean[]> {
  const { widthPx, heightPx } = frame.tested;
  const size = `${((widthPx * heightPx) / 1e6).toFixed(1)} MP, ${frame.truths.length} defects`;
  const times: number[] = [];
  for (let pass = 0; pass < Number(values.passes); pass += 1)
    times.push(await timed(() => detector.detect(frame.tested, frame.golden)));
  const { detections } = await detector.detect(frame.tested, frame.golden);
  const found = recall(frame.truths, detections);
  const best = Math.min(...times);
  const name = 'detector';
  if (values.python === null) {
    printResult({
      name,
      case: size,
      value: rounded(best),
      unit: 'ms',
      anchor: '',
      anchorValue: null,
      ratio: null,
      goal: '',
      holds: null,
    });
    return [];
  }
  const folder = await mkdtemp(join(tmpdir(), 'hairline-bench-'));
  const manifest = join(values.models, values.model, 'manifest.json');
  const sahi = await runSahi(values.python, manifest, frame, {
    rounds: Number(values.passes),
    image: join(folder, 'frame.png'),
  });
  await rm(folder, { recursive: true });
  const theirs = recall(frame.truths, sahi.calls);
  const theirBest = Math.min(...sahi.ms);
  const faster = { goal: 'ratio at most 0.125', holds: best / theirBest <= 0.125 };
  const asGood = { goal: 'at least the recall of SAHI', holds: found >= theirs };
  printResult({
    name,
    case: size,
    value: rounded(best),
    unit: 'ms',
    anchor: 'SAHI, full tiling',
    anchorValue: rounded(theirBest),
    ratio: rounded(best / theirBest),
    ...faster,
  });
  printResult({
    name,
    case: size,
    value: rounded(found),
    unit: 'recall',
    anchor: 'SAHI, full tiling',
    anchorValue: rounded(theirs),
    ratio: null,
    ...asGood,
  });
  return [faster.holds, asGood.holds];
}

function recall(truths: readonly Truth[], calls: readonly Truth[]): number {
  const found = truths.filter((truth) =>
    calls.some((call) => call.label === truth.label && iou(call.box, truth.box) >= 0.33),
  );
  return found.length / truths.length;
}

async function benchMemory(values: ModelChoice): Promise<boolean> {
  const script = join(import.meta.dirname, 'detector/peak-memory.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, values.models, values.model]);
  const { before, peak } = JSON.parse(stdout) as { before: number; peak: number };
  const holds = peak <= 1536;
  printResult({
    name: 'detector',
    case: '20 MP, clean and dirty',
    value: Math.round(peak),
    unit: 'MB peak',
    anchor: 'process with the frame alone',
    anchorValue: Math.round(before),
    ratio: rounded(peak / before),
    goal: 'at most 1536',
    holds,
  });
  return holds;
}
