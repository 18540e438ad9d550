import { check } from '#vlm/cli/check.ts';
import { parseVlmCommand, vlmHelp } from '#vlm/cli/options.ts';
import { describeFault, FaultError } from '#host/fault.ts';

// `npm run vlm`: what a person asks of a reviewer's server. Exit codes: 0 it holds, 1 it does not, 2 no such command.
try {
  const command = parseVlmCommand(process.argv.slice(2));
  if (command === null) process.stdout.write(vlmHelp);
  else process.exitCode = await check(command, (line) => void process.stdout.write(`${line}\n`));
} catch (error) {
  process.stderr.write(`${error instanceof FaultError ? describeFault(error) : String(error)}\n`);
  process.exitCode = 2;
}
