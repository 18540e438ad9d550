import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { describeFault, FaultError } from '#host/fault.ts';
import { calibrate } from '#edge/cli/calibrate.ts';
import { browse } from '#edge/cli/browse.ts';
import { certificates, reject, renew, trust } from '#edge/cli/certificates.ts';
import { readToolConfig } from '#edge/config.ts';
import { release } from '#edge/cli/release.ts';

const program = new Command('npm run edge --').description('Commands of an edge node.').showHelpAfterError();

program
  .command('browse')
  .description('list the nodes of an unknown OPC UA server that may be a camera, with the settings for them')
  .argument('<url>', 'e.g. opc.tcp://camera:4840')
  .action(browse);

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const pkiOption = new Option(
  '--pki <dir>',
  'PKI folder, e.g. that of a simulated station; default: that of this edge node',
);
const pkiOf = ({ pki }: { readonly pki?: string }): string =>
  pki ?? join(readToolConfig(process.env).HAIRLINE_DATA_DIR, 'pki');

program
  .command('certificates')
  .description('list own, trusted and rejected certificates, with thumbprint and validity')
  .addOption(pkiOption)
  .action(async (options) => print(await certificates(pkiOf(options))));

program
  .command('trust')
  .description('trust a certificate that was rejected, from the next connection on')
  .argument('<certificate>', 'thumbprint, its first 8 digits or more, or a file')
  .addOption(pkiOption)
  .action(async (named, options) => print(await trust(pkiOf(options), named)));

program
  .command('reject')
  .description('trust a certificate no longer, from the next connection on')
  .argument('<thumbprint>')
  .addOption(pkiOption)
  .action(async (thumbprint, options) => print(await reject(pkiOf(options), thumbprint)));

program
  .command('renew')
  .description('make a new certificate of this edge node; trust it at the station then')
  .action(async () => print(await renew(pkiOf({}))));

const share = (text: string): number => {
  const value = Number(text);
  if (value > 0 && value < 1) return value;
  throw new InvalidArgumentError('give a share between 0 and 1');
};
const whole = (text: string): number => {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError('give a whole number from 1');
};

program
  .command('calibrate')
  .description('measure frames of good parts, propose the limits of a fit frame, and try them on bad pictures')
  .requiredOption('--recipe <id>', 'recipe whose parts run')
  .option('--frames <n>', 'frames of good parts', whole, 30)
  .option('--margin <share>', 'room left around what is measured', share, 0.3)
  .option('--good-only', 'ask for no bad pictures', false)
  .action(calibrate);

program
  .command('release')
  .description('release a locked station; who and why is recorded')
  .argument('<url>', 'HTTP face of the edge node, e.g. http://127.0.0.1:9100')
  .requiredOption('--by <name>', 'who releases it')
  .requiredOption('--reason <text>', 'what was found and done')
  .action(release);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof FaultError ? describeFault(error) : String(error)}\n`);
  process.exitCode = 1;
}
