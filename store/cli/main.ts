import { parseArgs } from 'node:util';
import { describeFault, FaultError } from '#host/fault.ts';
import { createLog } from '#host/log.ts';
import { loadRecipes, shippedRecipeDir } from '#rules/files/load-recipe.ts';
import { channels } from '#store/cli/channels.ts';
import { deadLetters } from '#store/cli/dead-letters.ts';
import { explain } from '#store/cli/explain.ts';
import { exportCsv } from '#store/cli/export-csv.ts';
import { replay } from '#store/cli/replay.ts';
import { retention } from '#store/cli/retention.ts';
import { readCliConfig } from '#store/config.ts';
import type { Database } from '#store/database.ts';
import { openEvidenceFolder } from '#store/evidence/evidence-folder.ts';
import { openDatabase } from '#store/open-database.ts';

const help = `npm run store -- COMMAND [OPTIONS]      questions to the database in HAIRLINE_DATABASE_URL

  explain ID|SERIAL              why an inspection, or each of a serial, was decided as it was
  replay [--recipes DIR]         decide stored inspections again by the recipes of a folder (default: those shipped), and
                                 count what would change; writes nothing
  export                         inspections as CSV on standard output
  dead-letters [--retry]         messages that could not be read; --retry reads them again
  retention --months N [--remove]  months that ended more than N months ago; --remove drops them, and the images that no
                                 inspection has named since from the folder HAIRLINE_EVIDENCE_DIR
  channels [--forget NAME]       ways to the MES and how far each has come; --forget removes one that is not used any
                                 more, for which retention would wait for ever

  --from T --to T                decided in this time (ISO 8601 UTC), for replay and export
  --station S --line L --lot L   of these only, for replay and export
`;

const options = {
  help: { type: 'boolean', short: 'h' },
  recipes: { type: 'string' },
  retry: { type: 'boolean', default: false },
  months: { type: 'string' },
  remove: { type: 'boolean', default: false },
  forget: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  station: { type: 'string' },
  line: { type: 'string' },
  lot: { type: 'string' },
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
  await using database = openDatabase({
    url: readCliConfig(process.env).HAIRLINE_DATABASE_URL,
    connections: 2,
    name: 'hairline-store-cli',
    log,
  });
  return await work(database, values, rest);
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
    const recipes = await loadRecipes(values.recipes ?? shippedRecipeDir);
    process.stdout.write(`${JSON.stringify(await replay(database, filterOf(values), recipes), null, 2)}\n`);
    return 0;
  },
  export: async (database, values) => {
    const inspections = await exportCsv(database, filterOf(values), process.stdout);
    process.stderr.write(`${inspections} inspections\n`);
    return 0;
  },
  'dead-letters': (database, values) => deadLetters(database, values.retry),
  channels: (database, values) => channels(database, values.forget),
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
