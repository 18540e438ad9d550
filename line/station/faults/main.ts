import { parseArgs } from 'node:util';
import { describeFault, FaultError } from '#host/fault.ts';
import { prepareOpcua } from '#edge/opcua/transport.ts';
import { faultTable, isFaultName } from '#line/station/faults/bad-day.ts';
import { strikeFault } from '#line/station/faults/strike-fault.ts';

const names = Object.entries(faultTable).map(
  ([name, { counts, what }]) => `  ${name.padEnd(16)}${counts.padEnd(8)}${what}`,
);
const help = `npm run fault -- URL [FAULT AMOUNT] [--pki DIR]

Lets a fault of a bad day strike a simulated station while it runs, and prints what is still to strike.

  URL     opc.tcp://host:port of the station, as \`npm start\` prints it
  AMOUNT  frames or parts that it strikes, or its time in ms; 0 ends it
  --pki   PKI folder of one whom the station trusts, where it is secured; after npm start: .hairline/plc-NAME/pki

${names.join('\n')}
`;

/** @returns the exit code */
async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { help: { type: 'boolean', short: 'h' }, pki: { type: 'string' } },
    allowPositionals: true,
  });
  const [url, fault, amount = '1', ...more] = positionals;
  const understood = url !== undefined && more.length === 0 && (fault === undefined || isFaultName(fault));
  if (values.help === true || !understood || !/^\d{1,9}$/.test(amount)) {
    process.stdout.write(help);
    return values.help === true ? 0 : 2;
  }
  prepareOpcua(() => undefined);
  const striking = isFaultName(fault) ? { fault, amount: Number(amount) } : null;
  process.stdout.write(`${await strikeFault({ url, pkiDir: values.pki ?? null }, striking)}\n`);
  return 0;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof FaultError ? describeFault(error) : String(error)}\n`);
  process.exitCode = 1;
}
