import { createHash } from 'node:crypto';
import { decodeImage } from '#detector/decode/decode-image.ts';
import type { Image as Pixels } from '#detector/image.ts';
import { FaultError } from '#host/fault.ts';
import type { Image } from '#store/evidence/fetch-image.ts';
import { askAgain, type AskedAgain, type Prompts } from '#store/examples/ask-again.ts';
import {
  balanceOf,
  chatLesson,
  cocoLessons,
  leftOutRows,
  type BalanceRow,
  type LeftOutRow,
  type Lesson,
} from '#store/examples/balance.ts';
import { chatLineSchema, type ChatLine } from '#store/examples/chat-line.schema.ts';
import { cocoDocument, type CocoEntry, type CocoInfo } from '#store/examples/coco-document.ts';
import type { Example, ExampleQuestion, ExampleView, LeftOut } from '#store/examples/example.ts';
import { kindsOf, type ExamplePlan } from '#store/examples/plan-examples.ts';
import { leaksOf, type Leaks, type Place, type Side } from '#store/examples/split-examples.ts';
import { drawQuestion } from '#vlm/openai/draw-question.ts';

/** Finds an image by its digest. `gone`: nobody keeps it any more; `away`: whoever keeps it cannot be asked now. */
export type FindImage = (sha256: string, stationId: string) => Promise<Image | 'gone' | 'away'>;

/** A file of the export; paths with `/`, from its folder. */
export interface ExampleFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What was exported; summary.json of the export holds the same. */
export interface ExampleSummary {
  readonly inspections: number;
  readonly examples: number;
  readonly kinds: Readonly<Record<string, number>>;
  readonly images: Readonly<Record<Side, number>>;
  readonly lines: Readonly<Record<Side, number>>;
  readonly balance: readonly BalanceRow[];
  readonly leftOut: readonly LeftOutRow[];
  readonly leaks: Leaks;
}

interface Exporting {
  readonly findImage: FindImage;
  readonly prompts: Prompts;
  readonly files: Set<string>;
  readonly entries: CocoEntry[];
  readonly lines: Readonly<Record<Side, string[]>>;
  readonly lessons: (Lesson & { readonly side: Side })[];
  readonly leftOut: LeftOut[];
  readonly told: { readonly side: Side; readonly serial: string; readonly digests: readonly string[] }[];
  readonly cropSides: Map<string, Side>;
}

/**
 * Makes the files of an export one after the other: each image at its native pixels as soon as it is fetched, so that one
 * at a time is held, then the COCO files, the chat files and the summary. Whoever stops asking stops the work.
 * @throws FaultError EXAMPLES_LEAK where a part or an image would stand on both sides
 */
export async function* exportExamples(
  plan: ExamplePlan,
  sources: Pick<Exporting, 'findImage' | 'prompts'> & { readonly info: CocoInfo },
): AsyncGenerator<ExampleFile, ExampleSummary> {
  const { findImage, prompts, info } = sources;
  const lines = { train: [], validation: [] };
  const made = { files: new Set<string>(), entries: [], lessons: [], told: [], cropSides: new Map<string, Side>() };
  const state: Exporting = { findImage: asNamed(findImage), prompts, lines, leftOut: [...plan.leftOut], ...made };
  for (const { example, place } of plan.examples) {
    for (const view of example.views) yield* exportView(state, { example, place, view });
  }
  const summary = summaryOf(plan, state);
  const { serials, images } = summary.leaks;
  if (serials.length + images.length > 0) throw leakFault([...serials, ...images]);
  const { entries } = state;
  if (entries.length > 0) {
    yield json('examples.coco.json', cocoDocument(entries, info, null));
    for (const side of ['train', 'validation'] as const)
      yield json(`${side}.coco.json`, cocoDocument(entries, info, side));
  }
  for (const side of ['train', 'validation'] as const)
    yield { path: `${side}.jsonl`, bytes: Buffer.from(state.lines[side].join('')) };
  yield json('summary.json', { ...info, ...summary });
  return summary;
}

/** Only bytes that are what their name says are taught. */
function asNamed(findImage: FindImage): FindImage {
  return async (sha256, stationId) => {
    const found = await findImage(sha256, stationId);
    return typeof found === 'string' || digestOf(found.bytes) === sha256 ? found : 'gone';
  };
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

interface Shown {
  readonly example: Example;
  readonly place: Place;
  readonly view: ExampleView;
}

/** Decoded once, and only where a crop has to be drawn. */
interface Looked {
  readonly frame: Image | 'gone' | 'away';
  readonly golden: Image | 'gone' | 'away' | null;
  pixels: { readonly frame: Pixels; readonly golden: Pixels | null } | null;
}

async function* exportView(state: Exporting, shown: Shown): AsyncGenerator<ExampleFile> {
  const { example, place, view } = shown;
  const { stationId } = example;
  const frame = await state.findImage(view.frameSha256, stationId);
  const golden = view.goldenSha256 === null ? null : await state.findImage(view.goldenSha256, stationId);
  const looked: Looked = { frame, golden, pixels: null };
  if (typeof frame === 'string') leaveOut(state, 'image', why('image', frame));
  // An image that lost its golden sample cannot be looked at by a model that compares.
  else if (typeof golden === 'string') leaveOut(state, 'image', why('golden', golden));
  else yield* exportImage(state, shown, { frame, golden });
  for (const question of view.questions) {
    const again = askAgain(example, view, question, state.prompts);
    const crop = await cropOf(state, again, { shown, looked });
    const fault = typeof crop === 'string' ? crop : again.answer === null ? 'answer-invalid' : null;
    if (fault !== null || typeof crop === 'string') leaveOut(state, 'line', fault ?? 'answer-invalid');
    else yield* exportLine(state, { ...shown, question, again, crop, answer: again.answer ?? '' });
  }
  state.told.push({ side: place.side, serial: example.serial, digests: [view.frameSha256] });
}

async function* exportImage(
  state: Exporting,
  { example, place, view }: Shown,
  { frame, golden }: { readonly frame: Image; readonly golden: Image | null },
): AsyncGenerator<ExampleFile> {
  const { side } = place;
  const fileName = `images/${view.frameSha256}${extensionOf(frame)}`;
  const template = golden && `images/${view.goldenSha256}${extensionOf(golden)}`;
  yield* once(state, fileName, frame.bytes);
  if (golden && template !== null) yield* once(state, template, golden.bytes);
  state.entries.push({ example, view, place, fileName, template });
  state.lessons.push(...cocoLessons(example, view).map((lesson) => ({ ...lesson, side })));
}

interface Line extends Shown {
  readonly question: ExampleQuestion;
  readonly again: AskedAgain;
  readonly crop: Uint8Array;
  readonly answer: string;
}

async function* exportLine(state: Exporting, line: Line): AsyncGenerator<ExampleFile> {
  const { example, place, crop, question } = line;
  const { side } = place;
  const sha256 = digestOf(crop);
  const other = state.cropSides.get(sha256);
  if (other !== undefined && other !== side) return leaveOut(state, 'line', 'crop-on-other-side');
  state.cropSides.set(sha256, side);
  const image = `crops/${sha256}.png`;
  yield* once(state, image, crop);
  state.lines[side].push(`${JSON.stringify(chatLineSchema.parse(chatLineOf(line, image)))}\n`);
  state.lessons.push({ ...chatLesson(question), side });
  state.told.push({ side, serial: example.serial, digests: [sha256] });
}

function chatLineOf({ example, place, question, again, answer }: Line, image: string): ChatLine {
  const { inspectionId, stationId, serial, kinds } = example;
  const { texts, prompt, profile, terms, cropSha256 } = again;
  const { labels, benignCauses, most } = terms;
  return {
    messages: [
      { role: 'system', content: [{ type: 'text', text: texts.system }] },
      {
        role: 'user',
        content: [
          { type: 'text', text: texts.user },
          { type: 'image', image },
        ],
      },
      { role: 'assistant', content: [{ type: 'text', text: answer }] },
    ],
    about: {
      inspectionId,
      stationId,
      serial,
      group: place.group,
      placeId: question.id,
      kinds: [...kinds],
      prompt: { id: prompt.id, sha256: prompt.sha256 },
      profile: profile.id,
      asAsked: cropSha256 !== null,
      terms: { labels: [...labels], benignCauses: [...benignCauses], most },
    },
  };
}

/** The crop that the reviewer got, or the same one drawn from the frame; or why there is none. */
async function cropOf(
  { findImage }: Exporting,
  { cropSha256, layout }: AskedAgain,
  { shown, looked }: { readonly shown: Shown; readonly looked: Looked },
): Promise<Uint8Array | LeftOut['why']> {
  if (cropSha256 !== null) {
    const kept = await findImage(cropSha256, shown.example.stationId);
    return typeof kept === 'string' ? why('image', kept) : kept.bytes;
  }
  if (typeof looked.frame === 'string') return why('image', looked.frame);
  if (typeof looked.golden === 'string') return why('golden', looked.golden);
  try {
    looked.pixels ??= {
      frame: await decodeImage(looked.frame.bytes),
      golden: looked.golden && (await decodeImage(looked.golden.bytes)),
    };
  } catch (error) {
    if (error instanceof FaultError) return 'image-unreadable'; // an outcome: counted and told
    throw error;
  }
  return drawQuestion(looked.pixels.frame, looked.pixels.golden, layout);
}

function* once(state: Exporting, path: string, bytes: Uint8Array): Generator<ExampleFile> {
  if (state.files.has(path)) return;
  state.files.add(path);
  yield { path, bytes };
}

function leaveOut(state: Exporting, of: LeftOut['of'], reason: LeftOut['why']): void {
  state.leftOut.push({ of, why: reason });
}

function why(what: 'image' | 'golden', trouble: 'gone' | 'away'): LeftOut['why'] {
  return `${what}-${trouble === 'gone' ? 'gone' : 'not-fetched'}`;
}

const extensions: Readonly<Record<string, string>> = {
  'image/jpeg': '.jpg',
  'image/webp': '.webp',
  'image/bmp': '.bmp',
};

function extensionOf({ mediaType }: Image): string {
  return extensions[mediaType] ?? '.png';
}

function summaryOf(plan: ExamplePlan, { entries, lines, lessons, leftOut, told }: Exporting): ExampleSummary {
  const imagesOn = (side: Side): number => entries.filter(({ place }) => place.side === side).length;
  return {
    inspections: plan.inspections,
    examples: plan.examples.length,
    kinds: kindsOf(plan),
    images: { train: imagesOn('train'), validation: imagesOn('validation') },
    lines: { train: lines.train.length, validation: lines.validation.length },
    balance: balanceOf(lessons),
    leftOut: leftOutRows(leftOut),
    leaks: leaksOf(told),
  };
}

function json(path: string, value: unknown): ExampleFile {
  return { path, bytes: Buffer.from(`${JSON.stringify(value, null, 1)}\n`) };
}

function leakFault(names: readonly string[]): FaultError {
  return new FaultError('EXAMPLES_LEAK', `on both sides of the split: ${names.slice(0, 10).join(', ')}`, {
    place: 'examples',
    wayOut: 'Do not train on this export; report it with the names above.',
  });
}
