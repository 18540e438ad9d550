import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { FaultError } from '#host/fault.ts';
import type { readCliConfig } from '#store/config.ts';
import type { Database } from '#store/database.ts';
import { openEvidenceFolder } from '#store/evidence/evidence-folder.ts';
import { fetchImage } from '#store/evidence/fetch-image.ts';
import { heldImage } from '#store/evidence/held-image.ts';
import { exportExamples, type ExampleSummary, type FindImage } from '#store/examples/export-examples.ts';
import { createFindImage } from '#store/examples/find-image.ts';
import { noteExport } from '#store/examples/note-export.ts';
import { inspectionsAtMost, planExamples, type ExampleWish } from '#store/examples/plan-examples.ts';
import { loadPrompts } from '#store/examples/prompts.ts';
import { summaryText } from '#store/examples/summary-text.ts';

type Settings = ReturnType<typeof readCliConfig>;

export interface ExamplesOrder {
  /** Folder to write into: empty, or not there yet. */
  readonly out: string;
  readonly json: boolean;
  readonly wish: ExampleWish;
  readonly settings: Settings;
}

/** A share from 0 to 1 as written; null for anything else. */
export function validationShare(text: string): number | null {
  const share = Number(text);
  return text.trim() !== '' && share >= 0 && share <= 1 ? share : null;
}

/**
 * Writes examples into a folder; the summary to standard output. 1 where nothing was found to learn from.
 * @throws FaultError COMMAND_INVALID, RECIPE_INVALID, EXAMPLES_LEAK
 */
export async function examples(database: Database, { out, json, wish, settings }: ExamplesOrder): Promise<number> {
  if ((await namesIn(out)).length > 0) throw commandFault(`${out} is not empty: two exports in one folder would mix`);
  const plan = await planExamples(database, wish);
  if (plan === null)
    throw commandFault(`more than ${inspectionsAtMost} inspections: narrow the time with --from, --to`);
  const info = { madeAt: new Date().toISOString(), description: describe(wish) };
  await noteExport(database, { name: userInfo().username, personId: null, address: null }, wish);
  const sources = { findImage: findImageBy(database, settings), prompts: await loadPrompts(), info };
  const summary = await writeAll(exportExamples(plan, sources), out);
  process.stdout.write(json ? `${JSON.stringify(summary)}\n` : summaryText(summary));
  return summary.images.train + summary.images.validation > 0 ? 0 : 1;
}

async function writeAll(files: ReturnType<typeof exportExamples>, out: string): Promise<ExampleSummary> {
  for (;;) {
    const next = await files.next();
    if (next.done === true) return next.value;
    const path = join(out, next.value.path);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, next.value.bytes);
  }
}

function findImageBy(database: Database, settings: Settings): FindImage {
  const dir = settings.HAIRLINE_EVIDENCE_DIR;
  const folder = dir === undefined ? null : openEvidenceFolder(dir);
  return createFindImage({
    held: async (sha256) => folder && heldImage(database, folder, sha256),
    ask: async (sha256, stationId) => {
      const url = settings.HAIRLINE_EDGE_URLS.get(stationId);
      return url === undefined ? 'unknown' : fetchImage(`${url}/evidence/${sha256}`);
    },
  });
}

function describe({ filter }: ExampleWish): string {
  const words = Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]));
  return ['Hard examples', ...words].join(', ');
}

async function namesIn(dir: string): Promise<readonly string[]> {
  return readdir(dir).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
}

function commandFault(message: string): FaultError {
  return new FaultError('COMMAND_INVALID', message, { place: 'examples', wayOut: 'See npm run store -- --help.' });
}
