import { check } from '#vlm/cli/check.ts';
import { parseVlmCommand, vlmHelp, type VlmCommand } from '#vlm/cli/options.ts';
import { qualify } from '#vlm/cli/qualify.ts';
import { readService, rollBack } from '#vlm/service/service-file.ts';
import { describeFault, FaultError } from '#host/fault.ts';

const tell = (line: string): void => void process.stdout.write(`${line}\n`);

// `npm run vlm`. Exit codes: 0 all is well, 1 it is not, 2 no such command.
try {
  process.exitCode = await run(parseVlmCommand(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`${error instanceof FaultError ? describeFault(error) : String(error)}\n`);
  process.exitCode = error instanceof FaultError && error.code !== 'COMMAND_INVALID' ? 1 : 2;
}

async function run(command: VlmCommand): Promise<number> {
  switch (command.kind) {
    case 'help':
      tell(vlmHelp);
      return 0;
    case 'check':
      return check(command.check, tell);
    case 'qualify':
      return qualify({ ...command, now: new Date() }, tell);
    case 'rollback': {
      const service = await rollBack(command.serviceFile);
      tell(service ? `${service.model} of ${service.qualifiedAt} is in service again` : 'there is none before');
      return service ? 0 : 1;
    }
    case 'status': {
      const file = await readService(command.serviceFile);
      tell(file ? JSON.stringify(file.inService, null, 2) : `nothing was qualified yet: no ${command.serviceFile}`);
      return file ? 0 : 1;
    }
  }
}
