import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';

interface Step {
  readonly name: string;
  readonly what: string;
  readonly command: readonly string[];
}

// Cheapest first: a person waits for the first complaint.
const steps: readonly Step[] = [
  { name: 'format', what: 'oxfmt: every file is laid out alike', command: ['oxfmt', '--check'] },
  { name: 'lint', what: 'oxlint: walls between folders, floating promises, sizes', command: ['oxlint'] },
  { name: 'types', what: 'tsc: the processes and the tests', command: ['tsc', '--noEmit'] },
  { name: 'page', what: 'tsc: the web page', command: ['tsc', '--noEmit', '-p', 'hmi/web'] },
  { name: 'unit', what: 'vitest: pure code, no servers', command: ['vitest', 'run', '--project', 'unit'] },
];

const { values } = parseArgs({
  options: { help: { type: 'boolean', short: 'h' }, only: { type: 'string' } },
});

function help(): string {
  const list = steps.map((step) => `  ${step.name.padEnd(8)}${step.what}`).join('\n');
  return `npm run check [-- --only STEP[,STEP]]\n\nRuns, in this order, and stops at the first that fails:\n${list}\n`;
}

function runStep(step: Step, position: string): boolean {
  process.stderr.write(`${position} ${step.name}: ${step.what}\n`);
  const startedAt = performance.now();
  const [command = '', ...rest] = step.command;
  const run = spawnSync(command, rest, { stdio: 'inherit' });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stderr.write(`${position} ${step.name}: ${run.status === 0 ? 'holds' : 'FAILS'} (${seconds} s)\n`);
  return run.status === 0;
}

function main(): number {
  if (values.help) {
    process.stdout.write(help());
    return 0;
  }
  const wanted = values.only?.split(',') ?? steps.map((step) => step.name);
  const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    process.stderr.write(`COMMAND_INVALID: no step ${unknown.join(', ')} (--only). See --help.\n`);
    return 2;
  }
  const chosen = steps.filter((step) => wanted.includes(step.name));
  if (!existsSync('node_modules/.bin/oxlint')) {
    process.stderr.write('COMMAND_INVALID: the tools are not installed (node_modules). Run npm ci.\n');
    return 2;
  }
  return chosen.every((step, index) => runStep(step, `[${index + 1}/${chosen.length}]`)) ? 0 : 1;
}

process.exitCode = main();
