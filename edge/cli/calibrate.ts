import { createInterface } from 'node:readline/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { decodeImage } from '#detector/decode/decode-image.ts';
import { readCalibrationConfig, userOf } from '#edge/config.ts';
import { calibrationReport, refusedBy } from '#edge/cli/calibration-report.ts';
import { createGoldens, type Goldens } from '#edge/detect/goldens.ts';
import { loadStationRecipes } from '#edge/detect/load-station-recipes.ts';
import type { Frame } from '#edge/frame.ts';
import type { StationRecipe } from '#edge/inspect/station-recipes.ts';
import { createCamera } from '#edge/opcua/create-camera.ts';
import { loadCameraFile } from '#edge/opcua/plain/load-camera-file.ts';
import { prepareOpcua } from '#edge/opcua/transport.ts';
import { measureImage } from '#edge/validity/measure-image.ts';
import { proposeLimits, type GoodFrame, type ProposedLimits } from '#edge/validity/propose-limits.ts';
import type { StationState } from '#edge/station-line.ts';
import { FaultError } from '#host/fault.ts';
import { createLog } from '#host/log.ts';
import type { Recipe } from '#rules/recipe.ts';

export interface CalibrateOptions {
  readonly recipe: string;
  readonly frames: number;
  /** Room around what is measured, 0 to 1. */
  readonly margin: number;
  /** Ends without asking for bad pictures. */
  readonly goodOnly: boolean;
}

const goldensInMemory = 8;
const badFrames = 3;
const badPictures = ['the light off, or the lens covered', 'no part in the fixture', 'the lens out of focus'];

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/**
 * Guides through the limits of a fit frame: measures frames of good parts while the line runs, proposes limits, and then
 * has bad pictures made to see that the limits refuse them. Prints the block `frame` for the recipe on standard output.
 * @throws FaultError where station, recipe or camera file cannot be used
 */
export async function calibrate(options: CalibrateOptions): Promise<void> {
  prepareOpcua(() => undefined);
  await using stack = new AsyncDisposableStack();
  const stopper = new AbortController();
  stack.defer(() => stopper.abort());
  process.once('SIGINT', () => stopper.abort(new Error('ended by Ctrl-C; nothing was changed')));
  const { recipe, take } = await openFrames(options.recipe, stack, stopper.signal);
  say(`Let the line run with good parts, under the light it will have. ${options.frames} frames are measured.`);
  const good = await take(options.frames);
  const limits = proposeLimits(good, options.margin);
  if (!limits) return;
  say(calibrationReport(good, recipe.frame, limits));
  if (!options.goodOnly && process.stdin.isTTY) await tryBadPictures(limits, take);
  const { repeatedWithin, residualUpTo } = recipe.frame;
  const frame = { ...limits, residualUpTo: limits.residualUpTo ?? residualUpTo, repeatedWithin };
  say(`For recipe ${options.recipe}, in a new version of it:`);
  process.stdout.write(stringify({ frame }));
}

/** Measures the next so many frames. */
type Take = (count: number) => Promise<readonly GoodFrame[]>;

/** The camera of this edge node's settings, beside the edge node that may run. */
async function openFrames(
  recipeId: string,
  stack: AsyncDisposableStack,
  signal: AbortSignal,
): Promise<{ readonly recipe: Recipe; readonly take: Take }> {
  const config = readCalibrationConfig(process.env);
  const folders = { recipeDir: config.HAIRLINE_RECIPE_DIR, modelDir: config.HAIRLINE_MODEL_DIR, approvedFile: null };
  const { recipes } = await loadStationRecipes(folders, stack, createLog('calibrate', 'warn'));
  const recipe = recipes.get(recipeId);
  if (!recipe) {
    throw new FaultError('COMMAND_INVALID', `there is no recipe ${recipeId}`, {
      place: folders.recipeDir,
      wayOut: `Give --recipe one of ${[...recipes.keys()].join(', ')}.`,
    });
  }
  const layout = config.HAIRLINE_CAMERA_FILE === undefined ? null : await loadCameraFile(config.HAIRLINE_CAMERA_FILE);
  const address = {
    url: layout?.url ?? config.HAIRLINE_OPCUA_URL,
    security: config.HAIRLINE_OPCUA_SECURITY,
    pkiDir: join(config.HAIRLINE_DATA_DIR, 'pki'),
    user: userOf(config),
    foreign: layout !== null,
  };
  const onState = (state: StationState): void =>
    say(state.kind === 'disconnected' ? `camera: ${state.fault.message}` : 'camera connected');
  const camera = createCamera({ address, layout, after: null, onState, onNote: () => undefined });
  const frames = camera.frames(signal)[Symbol.asyncIterator]();
  // It reads ahead in a thread of its own, which would keep this command.
  stack.defer(async () => void (await frames.return?.()));
  const tools = { recipe, goldens: createGoldens(config.HAIRLINE_GOLDEN_DIR, goldensInMemory), signal };
  const take: Take = async (count) => {
    const taken: GoodFrame[] = [];
    while (taken.length < count) {
      const { value: event, done } = await frames.next();
      if (done === true) throw signal.reason;
      if (event.kind !== 'frame') continue;
      taken.push(await measure(event.frame, tools));
      say(`${taken.length} of ${count}: ${event.frame.serial}, view ${event.frame.viewId}`);
    }
    return taken;
  };
  return { recipe: recipe.recipe, take };
}

/** Limits are worth what they refuse: has bad pictures made, and says what would be taken for fit. */
async function tryBadPictures(limits: ProposedLimits, take: Take): Promise<void> {
  using prompt = createInterface({ input: process.stdin, output: process.stderr });
  for (const picture of badPictures) {
    const answer = await prompt.question(`Now ${picture}; Enter when it is so, s to leave it out: `);
    if (answer.trim() === 's') continue;
    const bad = await take(badFrames);
    const passed = bad.filter((frame) => refusedBy(frame, limits) === null).length;
    const trouble = `${passed} of ${bad.length} would be taken for fit: a smaller --margin, or more light`;
    say(passed === 0 ? 'refused, as it must be' : trouble);
  }
}

interface MeasureTools {
  readonly recipe: StationRecipe;
  readonly goldens: Goldens;
  readonly signal: AbortSignal;
}

async function measure(frame: Frame, { recipe, goldens, signal }: MeasureTools): Promise<GoodFrame> {
  const image = await decodeImage(frame.bytes, `frame ${frame.frameId}`);
  const golden = await goldens.find(frame.productId, frame.viewId);
  const registration = golden ? (await recipe.detect(image, golden.image, signal)).registration : null;
  const { viewId } = frame;
  const { widthPx, heightPx } = image;
  return { viewId, widthPx, heightPx, ...measureImage(image), residual: registration?.residual ?? null };
}
