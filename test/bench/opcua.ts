import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { setFrameMemoryFlags } from '#host/frame-memory.ts';
import type { StationSecurity } from '#edge/opcua/transport.ts';
import { plainLayout } from '../support/plain-camera.ts';
import { printResult, rounded } from '../support/result-line.ts';
import { copyRaw, startBenchCamera, takeFrames, type BenchCamera, type Case } from './opcua/take-frames.ts';

const help = `npm run bench -- opcua [--megabytes N] [--sizes 0.5,2,5,20] [--json]

Frames through the camera port, from a camera process over OPC UA to the main thread of a reader: each adapter, size and
security; MB/s beside a bare TCP copy of the same bytes in the same run, and how late the main thread was meanwhile.

  --megabytes N   bytes for each case (default 200)
  --sizes LIST    sizes of frames in MB (default 0.5,2,5,20)
  --json          lines of JSON on standard output, which is all there is anyway
`;

const adapters = ['NextFrame', 'counter', 'pushed'] as const;
const securities: readonly StationSecurity[] = ['None', 'Basic256Sha256'];

/** 0 where every goal holds. */
export async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean' },
      megabytes: { type: 'string', default: '200' },
      sizes: { type: 'string', default: '0.5,2,5,20' },
      json: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  setFrameMemoryFlags();
  const held: boolean[] = [];
  for (const security of securities) {
    const folder = await mkdtemp(join(tmpdir(), 'hairline-bench-'));
    try {
      await using camera = await startBenchCamera(folder, security);
      for (const size of values.sizes.split(',').map(Number))
        held.push(...(await benchSize(camera, security, { size, megabytes: Number(values.megabytes) })));
      if (security !== 'None') held.push(await benchLag(camera, security));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return held.every(Boolean) ? 0 : 1;
}

function caseOf(camera: BenchCamera, security: StationSecurity, adapter: (typeof adapters)[number], bytes: number) {
  const way: Case['way'] = adapter === 'NextFrame' ? 'next' : 'plain';
  const layout = adapter === 'NextFrame' ? null : plainLayout(adapter, {}, { pollMs: 2 });
  const address = { url: camera.urls[way], security, pkiDir: camera.edgePki, foreign: layout !== null };
  return { way, layout, address, bytes };
}

async function benchSize(
  camera: BenchCamera,
  security: StationSecurity,
  { size, megabytes }: { readonly size: number; readonly megabytes: number },
): Promise<readonly boolean[]> {
  const bytes = Math.round(size * 1e6);
  const frames = Math.max(8, Math.min(200, Math.round(megabytes / size)));
  const held: boolean[] = [];
  for (const adapter of adapters) {
    // Before and after, and the better of the two: the machine may be busy with something else at either time.
    const before = await copyRaw(camera, bytes, frames);
    const taken = await takeFrames(camera, { ...caseOf(camera, security, adapter, bytes), frames, everyMs: 0 });
    const raw = Math.max(before, await copyRaw(camera, bytes, frames));
    const ratio = taken.megabytesPerSecond / raw;
    const floor = goalOf(adapter, security, size);
    const holds = floor === null ? null : ratio >= floor;
    printResult({
      name: 'opcua',
      case: `${adapter}, ${size} MB, ${security}${taken.lost > 0 ? `, ${taken.lost} lost` : ''}`,
      value: rounded(taken.megabytesPerSecond),
      unit: 'MB/s',
      anchor: 'bare TCP copy',
      anchorValue: rounded(raw),
      ratio: rounded(ratio),
      goal: floor === null ? '' : `ratio >= ${floor}`,
      holds,
    });
    held.push(holds ?? true);
  }
  return held;
}

function goalOf(adapter: string, security: StationSecurity, size: number): number | null {
  if (adapter !== 'NextFrame' || size < 5) return null;
  return security === 'None' ? 0.5 : 0.12;
}

/** Encrypted frames of 5 MB at the pace of a line. */
async function benchLag(camera: BenchCamera, security: StationSecurity): Promise<boolean> {
  const frames = { ...caseOf(camera, security, 'NextFrame', 5_000_000), frames: 60, everyMs: 150 };
  const { lagP99Ms } = await takeFrames(camera, frames);
  printResult({
    name: 'opcua',
    case: 'main thread late by, 99 of 100, while encrypted frames of 5 MB arrive',
    value: rounded(lagP99Ms),
    unit: 'ms',
    anchor: '',
    anchorValue: null,
    ratio: null,
    goal: 'at most 10',
    holds: lagP99Ms <= 10,
  });
  return lagP99Ms <= 10;
}
