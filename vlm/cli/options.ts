import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { FaultError } from '#host/fault.ts';
import { parseReviewerOptions, type ReviewerEvaluation } from '#vlm/evaluate/options.ts';
import { profiles, type ProfileId } from '#vlm/profiles.ts';

/** A server to be looked at. */
export interface CheckCommand {
  readonly url: string;
  readonly model: string;
  readonly profile: ProfileId;
  readonly apiKey: string | null;
}

/** What `npm run vlm` is to do. */
export type VlmCommand =
  | { readonly kind: 'help' }
  | { readonly kind: 'check'; readonly check: CheckCommand }
  | { readonly kind: 'qualify'; readonly set: ReviewerEvaluation; readonly serviceFile: string }
  | { readonly kind: 'rollback' | 'status'; readonly serviceFile: string };

export const vlmHelp = `npm run vlm -- COMMAND [OPTIONS]      the server of the reviewer, and which reviewer is in service

  check URL          is the server at URL, e.g. http://gpu-host:8000/v1, one that parts can be shown to? Shakes hands as
                     the edge node does at its start, and names the flag to set
  qualify            run a reviewer over a retained set of known parts and take it into service, unless it misses more
                     defects than the one in service. Takes the options of npm run eval -- reviewer: the set (--coco,
                     --root, --template ...) and whom to ask (--url, --model, --profile)
  status             who is in service, since when, by what figures
  rollback           take the reviewer before into service again

  --model NAME       check: name of the model (default inspector-v1)
  --profile ID       check: ${Object.keys(profiles).join(', ')} (default vllm/qwen2.5)
  --service FILE     file that says who is in service (default: HAIRLINE_VLM_SERVICE_FILE, else ./.hairline/reviewer.json)
  --help             this text

HAIRLINE_VLM_API_KEY is sent along where it is set. Exits 0 where all is well, 1 where not, 2 for a command that cannot be
understood.
`;

const spec = {
  help: { type: 'boolean', short: 'h', default: false },
  model: { type: 'string', default: 'inspector-v1' },
  profile: { type: 'string', default: 'vllm/qwen2.5' },
  service: { type: 'string' },
} as const;

/** Reads the command line. @throws FaultError COMMAND_INVALID with every fault at once. */
export function parseVlmCommand(args: readonly string[]): VlmCommand {
  const [first, ...rest] = args;
  if (first === 'qualify') return parseQualify(rest);
  const { values, positionals } = readArgs(args);
  if (values.help) return { kind: 'help' };
  const [command, url] = positionals;
  const serviceFile = serviceFileOf(values.service);
  if ((command === 'rollback' || command === 'status') && url === undefined) return { kind: command, serviceFile };
  return { kind: 'check', check: parseCheck(values, positionals) };
}

function parseCheck(
  { model, profile }: { readonly model: string; readonly profile: string },
  [command, url, ...more]: readonly string[],
): CheckCommand {
  const faults: string[] = [];
  if (command !== 'check') faults.push(`"${command ?? ''}" is no command`);
  if (url === undefined || !URL.canParse(url)) faults.push(`check takes the URL of a server, not "${url ?? ''}"`);
  if (more.length > 0) faults.push(`"${more.join(' ')}" is too much`);
  if (!(profile in profiles)) faults.push(`--profile takes one of ${Object.keys(profiles).join(', ')}`);
  if (faults.length > 0 || url === undefined) throw commandFault(faults.join('; '));
  return { url, model, profile: profile as ProfileId, apiKey: process.env['HAIRLINE_VLM_API_KEY'] ?? null };
}

/** Everything but `--service` is as for the evaluation. */
function parseQualify(args: readonly string[]): VlmCommand {
  const at = args.indexOf('--service');
  const file = at < 0 ? undefined : args[at + 1];
  if (at >= 0 && file === undefined) throw commandFault('--service takes a file');
  const set = parseReviewerOptions(at < 0 ? args : args.toSpliced(at, 2));
  return set === null ? { kind: 'help' } : { kind: 'qualify', set, serviceFile: serviceFileOf(file) };
}

function serviceFileOf(file: string | undefined): string {
  return resolve(file ?? process.env['HAIRLINE_VLM_SERVICE_FILE'] ?? '.hairline/reviewer.json');
}

function readArgs(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: spec, allowPositionals: true });
  } catch (error) {
    throw commandFault(error instanceof Error ? error.message : String(error));
  }
}

function commandFault(message: string): FaultError {
  return new FaultError('COMMAND_INVALID', message, { place: 'npm run vlm', wayOut: 'See npm run vlm -- --help.' });
}
