import { join } from 'node:path';
import { chooseImages } from '#detector/coco/choose-images.ts';
import { cocoFault, readCoco, type CocoSet } from '#detector/coco/read-coco.ts';
import { evaluateHelp, parseEvaluateOptions } from '#detector/evaluate/options.ts';
import { createProgress } from '#detector/evaluate/progress.ts';
import { report } from '#detector/evaluate/report.ts';
import { seeImage, showImage, type SeenImage } from '#detector/evaluate/run-set.ts';
import { writeSheets } from '#detector/evaluate/sheets.ts';
import { needsGolden } from '#detector/model-manifest.ts';
import { createDetector } from '#detector/onnx/create-detector.ts';
import { loadOpenCv } from '#detector/template/open-cv.ts';
import { describeFault, FaultError } from '#host/fault.ts';

/** Scores below this change no figure by a digit that is told. */
const scoreFrom = 0.02;

/** Runs `npm run eval`: figures on standard output, everything else on standard error. */
async function evaluate(args: readonly string[]): Promise<void> {
  const modelDir = process.env['HAIRLINE_MODEL_DIR'] ?? join(import.meta.dirname, '../models');
  const options = parseEvaluateOptions(args, modelDir);
  if (options === null) {
    process.stdout.write(evaluateHelp);
    return;
  }
  const set = await readCoco(options.coco);
  const { modelDir: folder, model: name, threads, look } = options;
  await using detector = await createDetector({ modelDir: folder, name, threads, look, scoreFrom });
  const needsTemplate = options.template || options.clean || needsGolden(detector.manifest);
  const images = chooseImages(set, { ...options, needsTemplate });
  checkLabels(set, detector.manifest.labels, options.coco);
  const cv = await loadOpenCv();
  const tell = createProgress(images.length, 'images');
  const seen: SeenImage[] = [];
  for (const [index, image] of images.entries()) {
    seen.push(await seeImage(detector, image, await showImage(cv, image, index, options)));
    tell(seen.length);
  }
  process.stdout.write(report(seen, detector.manifest, options));
  if (options.sheets === null) return;
  const count = await writeSheets(seen, options.sheets, detector.manifest.threshold, (index) => {
    const image = images[index];
    return image ? showImage(cv, image, index, options) : Promise.resolve(null);
  });
  process.stderr.write(`${count} sheets in ${options.sheets}\n`);
}

function checkLabels(set: CocoSet, labels: readonly string[], file: string): void {
  const unknown = set.labels.filter((label) => !labels.includes(label));
  if (unknown.length === set.labels.length)
    throw cocoFault([`the model knows none of these categories: ${unknown.join(', ')}`], file);
  if (unknown.length > 0)
    process.stderr.write(`the model does not know ${unknown.join(', ')}: all of these count as missed\n`);
}

try {
  await evaluate(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof FaultError ? describeFault(error) : String(error)}\n`);
  process.exitCode = 1;
}
