import { parseArgs } from 'node:util';
import { describeFault, FaultError } from '#host/fault.ts';
import { createLog } from '#host/log.ts';
import { withoutPassword } from '#host/without-password.ts';
import { loadRecipes, shippedRecipeDir } from '#rules/files/load-recipe.ts';
import { channels } from '#store/cli/channels.ts';
import { deadLetters } from '#store/cli/dead-letters.ts';
import { examples, validationShare } from '#store/cli/examples.ts';
import { explain } from '#store/cli/explain.ts';
import { exportCsv } from '#store/cli/export-csv.ts';
import { retention } from '#store/cli/retention.ts';
import { readCliConfig } from '#store/config.ts';
import { isConnectionError } from '#store/connection-error.ts';
import type { Database } from '#store/database.ts';
import { openEvidenceFolder } from '#store/evidence/evidence-folder.ts';
import { openDatabase } from '#store/open-database.ts';
import { replay } from '#store/recipes/replay.ts';

const help = `npm run store -- COMMAND [OPTIONS]      questions to the database in HAIRLINE_DATABASE_URL

  explain ID|SERIAL              why an inspection, or each of a serial, was decided as it was
  replay [--recipe PLACE] [--list 20]  decide stored inspections again by a recipe file, or those of a folder (default:
                                 those shipped); count what would change, and list the first so many; writes nothing
  export                         inspections as CSV on standard output
  dead-letters [--retry]         messages that could not be read; --retry reads them again
  retention --months N [--remove]  months that ended more than N months ago; --remove drops them, and the images that no
                                 inspection has named since from the folder HAIRLINE_EVIDENCE_DIR
  channels [--forget NAME | --again NAME [--report N]]
                                 ways to the MES, how far each has come and what its receiver refused; --again sends the
                                 refused reports again, or every one from number N on; --forget removes a way that is not
                                 used any more, for which retention would wait for ever
  examples --out DIR [--label L] [--validation 0.2] [--recipe PLACE] [--json]
                                 what people corrected and where detector and reviewer disagreed, to train on: frames at
                                 native pixels as COCO, questions to the reviewer with corrected answers as JSON lines
                                 (docs/examples.md). Images are taken from HAIRLINE_EVIDENCE_DIR, else asked of the edge
                                 nodes in HAIRLINE_EDGE_URLS; what is gone or not fetched is counted

  --from T --to T                decided in this time (ISO 8601 UTC), for replay, export and examples
  --station S --line L --lot L   of these only, for replay and export; --station for examples
`;

const options = {
  help: { type: 'boolean', short: 'h' },
  recipe: { type: 'string', default: shippedRecipeDir },
  list: { type: 'string', default: '20' },
  retry: { type: 'boolean', default: false },
  months: { type: 'string' },
  remove: { type: 'boolean', default: false },
  forget: { type: 'string' },
  again: { type: 'string' },
  report: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  station: { type: 'string' },
  line: { type: 'string' },
  lot: { type: 'string' },
  out: { type: 'string' },
  label: { type: 'string' },
  validation: { type: 'string', default: '0.2' },
  json: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof parse>['values'];

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options, allowPositionals: true });
}

async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parse(args);
  const [command, ...rest] = positionals;
  if (values.help === true || command === undefined) {
    process.stdout.write(help);
    return values.help === true ? 0 : 2;
  }
  const work = commands[command];
  if (work === undefined) throw commandFault(`"${command}" is no command`);
  const log = createLog('store-cli', 'warn');
  const url = readCliConfig(process.env).HAIRLINE_DATABASE_URL;
  await using database = openDatabase({ url, connections: 2, name: 'hairline-store-cli', log });
  try {
    return await work(database, values, rest);
  } catch (cause) {
    if (!isConnectionError(cause)) throw cause;
    throw new FaultError('DATABASE_UNREACHABLE', String(cause), {
      place: withoutPassword(url),
      wayOut: 'See that PostgreSQL runs and HAIRLINE_DATABASE_URL is right.',
      cause,
    });
  }
}

type Command = (database: Database, values: Values, rest: readonly string[]) => Promise<number>;

const commands: Readonly<Record<string, Command>> = {
  explain: async (database, _, [idOrSerial]) => {
    if (idOrSerial === undefined) throw commandFault('explain needs an inspection id or a serial');
    const text = await explain(database, idOrSerial);
    process.stdout.write(text ?? `nothing is stored about ${JSON.stringify(idOrSerial)}\n`);
    return text === null ? 1 : 0;
  },
  replay: async (database, values) => {
    const examplesAtMost = Number(values.list);
    if (!Number.isSafeInteger(examplesAtMost) || examplesAtMost < 0) throw commandFault('--list needs a number from 0');
    const recipes = await loadRecipes(values.recipe);
    const bounds = { examplesAtMost, inspectionsAtMost: Infinity };
    const again = await replay(database, filterOf(values), recipes, bounds);
    const { examples: some, changed, cut: _, ...counts } = again;
    const ways = Object.fromEntries(changed.map(({ before, after, count }) => [`${before} -> ${after}`, count]));
    const shown = some.map((one) => `${one.serial} ${one.inspectionId} ${one.before} -> ${one.after}`);
    process.stdout.write(`${JSON.stringify({ ...counts, changed: ways, examples: shown }, null, 2)}\n`);
    if (counts.inspections > 0 && counts.withoutRecipe === counts.inspections)
      process.stderr.write(`none of these inspections was decided by a recipe ${[...recipes.keys()].join(', ')}\n`);
    return 0;
  },
  export: async (database, values) => {
    const inspections = await exportCsv(database, filterOf(values), process.stdout);
    process.stderr.write(`${inspections} inspections\n`);
    return 0;
  },
  examples: (database, values) => {
    const { out, json, label, recipe: recipeDir } = values;
    if (out === undefined) throw commandFault('examples needs --out DIR, a folder that is empty or not there yet');
    const validation = validationShare(values.validation);
    if (validation === null) throw commandFault(`--validation: "${values.validation}" is no share from 0 to 1`);
    const { from, to, stationId } = filterOf(values);
    const settings = readCliConfig(process.env);
    const wish = { filter: { from, to, stationId, label }, validation, recipeDir };
    return examples(database, { out, json, wish, settings });
  },
  'dead-letters': (database, values) => deadLetters(database, values.retry),
  channels: (database, { forget, again, report }) => channels(database, { forget, again, fromReportNo: report }),
  retention: (database, values) => {
    const months = Number(values.months);
    if (!Number.isSafeInteger(months) || months < 1) throw commandFault('retention needs --months N, from 1');
    const dir = readCliConfig(process.env).HAIRLINE_EVIDENCE_DIR;
    const folder = dir === undefined ? null : openEvidenceFolder(dir);
    return retention({ database, folder, months, remove: values.remove });
  },
};

function filterOf({ from, to, station, line, lot }: Values) {
  return { from: instantOf('--from', from), to: instantOf('--to', to), stationId: station, line, lot };
}

function instantOf(option: string, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const instant = new Date(text);
  if (Number.isNaN(instant.valueOf()))
    throw commandFault(`${option}: "${text}" is no instant like 2026-11-22T06:00:00Z`);
  return instant.toISOString();
}

function commandFault(message: string): FaultError {
  return new FaultError('COMMAND_INVALID', message, { place: 'command line', wayOut: 'See npm run store -- --help.' });
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  const usage = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  const fault = usage ? commandFault(error.message) : error;
  process.stderr.write(`${fault instanceof FaultError ? describeFault(fault) : String(fault)}\n`);
  process.exitCode = 2;
}
