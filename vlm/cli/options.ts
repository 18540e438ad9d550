import { parseArgs } from 'node:util';
import { FaultError } from '#host/fault.ts';
import { profiles, type ProfileId } from '#vlm/profiles.ts';

/** A server to be looked at. */
export interface CheckCommand {
  readonly url: string;
  readonly model: string;
  readonly profile: ProfileId;
  readonly apiKey: string | null;
}

export const vlmHelp = `npm run vlm -- check URL [OPTIONS]      is the server at URL, e.g. http://gpu-host:8000/v1, one that parts can be shown to?

Shakes hands as the edge node does at its start: model list, tokens of two probe images, a schema its prompt speaks
against, a golden image with a known answer. Exits 0 where all holds; else 1, with the flag to set.

  --model NAME       name of the model (default inspector-v1)
  --profile ID       ${Object.keys(profiles).join(', ')} (default vllm/qwen2.5)
  --help             this text

HAIRLINE_VLM_API_KEY is sent along where it is set.
`;

const spec = {
  help: { type: 'boolean', short: 'h', default: false },
  model: { type: 'string', default: 'inspector-v1' },
  profile: { type: 'string', default: 'vllm/qwen2.5' },
} as const;

/** Reads the command line; null where help is asked for. @throws FaultError COMMAND_INVALID with every fault at once. */
export function parseVlmCommand(args: readonly string[]): CheckCommand | null {
  const { values, positionals } = readArgs(args);
  if (values.help) return null;
  const [command, url, ...rest] = positionals;
  const faults: string[] = [];
  if (command !== 'check') faults.push(`"${command ?? ''}" is no command`);
  if (url === undefined || !URL.canParse(url)) faults.push(`check takes the URL of a server, not "${url ?? ''}"`);
  if (rest.length > 0) faults.push(`"${rest.join(' ')}" is too much`);
  if (!(values.profile in profiles)) faults.push(`--profile takes one of ${Object.keys(profiles).join(', ')}`);
  if (faults.length > 0 || url === undefined) throw commandFault(faults.join('; '));
  const apiKey = process.env['HAIRLINE_VLM_API_KEY'] ?? null;
  return { url, model: values.model, profile: values.profile as ProfileId, apiKey };
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
