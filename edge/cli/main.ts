import { Command } from 'commander';
import { describeFault, FaultError } from '#host/fault.ts';
import { browse } from '#edge/cli/browse.ts';

const program = new Command('npm run edge --').description('Commands of an edge node.').showHelpAfterError();

program
  .command('browse')
  .description('list the nodes of an unknown OPC UA server that may be a camera, with the settings for them')
  .argument('<url>', 'e.g. opc.tcp://camera:4840')
  .action(browse);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof FaultError ? describeFault(error) : String(error)}\n`);
  process.exitCode = 1;
}
