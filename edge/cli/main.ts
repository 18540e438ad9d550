import { Command } from 'commander';
import { describeFault, FaultError } from '#host/fault.ts';
import { browse } from '#edge/cli/browse.ts';
import { release } from '#edge/cli/release.ts';

const program = new Command('npm run edge --').description('Commands of an edge node.').showHelpAfterError();

program
  .command('browse')
  .description('list the nodes of an unknown OPC UA server that may be a camera, with the settings for them')
  .argument('<url>', 'e.g. opc.tcp://camera:4840')
  .action(browse);

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
