import { createDetector } from '#detector/onnx/create-detector.ts';
import { mosaic } from './mosaic.ts';
import { drawPairs } from './load-pairs.ts';

// Run by the bench as a process of its own: one 20 MP frame, then the most memory that the process ever held, in MB.
const [modelDir = '', name = ''] = process.argv.slice(2);
const frame = mosaic(drawPairs(4, 640), 8, 6, 10);
const before = process.resourceUsage().maxRSS / 1024;
await using detector = await createDetector({ modelDir, name });
await detector.detect(frame.tested, frame.golden);
const loaded = process.resourceUsage().maxRSS / 1024;
const dirty = {
  ...frame.tested,
  data: frame.tested.data.map((level, at) => ((at * 7919) % 251 > 125 ? 255 - level : level)),
};
await detector.detect(dirty, frame.golden);
const peak = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ before, loaded, peak })}\n`);
