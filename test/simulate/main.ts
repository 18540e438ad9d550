import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { correlationPlot, escapesPlot, loweringTable, policyTable, riskCoveragePlot, type Row } from './figures.ts';
import { adapted, published } from './plant.ts';
import { aloneOn, judgesAt, makeBatch, riskCoverage, tally, type Batch } from './simulate.ts';

const help = `npm run simulate -- [OPTIONS]

Runs simulated parts through the real rules, and through simpler ways to combine a detector and a reviewer.

  --parts N    good parts, and as many bad ones (default 60000, as in docs/safety.md)
  --seed N     seed of the parts (default 1)
  --write      put tables and plots into docs/safety.md and docs/*.svg
`;

/** Share of bad parts in the plant, for figures over all parts. */
const badShare = 0.01;
const correlations = [0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.85, 1];
const seconds = ['on its own', 'like the reviewer'] as const;

function sweep(parts: number, seed: number): { rows: readonly Row[]; curve: ReturnType<typeof riskCoverage> } {
  const batch = makeBatch(parts, seed);
  const alone = aloneOn(batch);
  const points = [published, adapted].flatMap((reviewer) =>
    correlations.flatMap((correlation) => seconds.map((second) => ({ reviewer, correlation, second }))),
  );
  const rows = points.flatMap((point, index) => {
    process.stderr.write(
      `${index + 1} of ${points.length}: ${point.reviewer.name}, correlation ${point.correlation}\n`,
    );
    return rowsAt(point, batch, alone);
  });
  const hearing = { errors: published, reviewerCorrelation: 0, secondCorrelation: 0 };
  return { rows, curve: riskCoverage(batch, hearing, badShare) };
}

/** Only lowering listens to a second exposure, and only the published reviewer is compared with every policy. */
function rowsAt(point: Omit<Row, 'tally'>, batch: Batch, alone: ReturnType<typeof aloneOn>): readonly Row[] {
  const { reviewer, correlation, second } = point;
  const secondCorrelation = second === 'on its own' ? 0 : correlation;
  const judges = judgesAt({ errors: reviewer, reviewerCorrelation: correlation, secondCorrelation });
  return Object.entries(judges)
    .filter(([policy]) => policy.includes('lowering') || (second === 'on its own' && reviewer === published))
    .map(([policy, judge]) => ({ ...point, tally: tally(policy, judge, batch, alone) }));
}

/** Puts a text between the two comments of a name in a page. */
function between(page: string, name: string, body: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const [start, end] = [page.indexOf(open), page.indexOf(close)];
  if (start < 0 || end < start) throw new Error(`docs/safety.md has no place for ${name}`);
  return `${page.slice(0, start + open.length)}\n\n${body}\n\n${page.slice(end)}`;
}

async function run(): Promise<number> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', short: 'h' },
      parts: { type: 'string', default: '60000' },
      seed: { type: 'string', default: '1' },
      write: { type: 'boolean', default: false },
    },
  });
  const [parts, seed] = [Number(values.parts), Number(values.seed)];
  if (values.help === true || !Number.isSafeInteger(parts) || parts < 1 || !Number.isSafeInteger(seed)) {
    process.stdout.write(help);
    return values.help === true ? 0 : 2;
  }
  const { rows, curve } = sweep(parts, seed);
  const tables = { policies: policyTable(rows, badShare), lowering: loweringTable(rows) };
  const said = `${parts.toLocaleString('en')} good and as many bad parts, seed ${seed}; figures over all parts with 1 % bad ones.`;
  process.stdout.write(`${said}\n\n${tables.policies}\n\n${tables.lowering}\n`);
  if (values.write) {
    let page = await readFile('docs/safety.md', 'utf8');
    page = between(page, 'policies', `${said}\n\n${tables.policies}`);
    page = between(page, 'lowering', tables.lowering);
    await writeFile('docs/safety.md', page);
    await writeFile('docs/safety-false-calls.svg', correlationPlot(rows));
    await writeFile('docs/safety-escapes.svg', escapesPlot(rows));
    await writeFile('docs/safety-risk-coverage.svg', riskCoveragePlot(curve));
  }
  // By construction: where the recipe lets the reviewer lower and clear nothing, no part passes that it had kept.
  const added = rows.filter(({ tally: one }) => one.policy === 'ours, default recipe' && one.addedEscapes > 0);
  return added.length === 0 ? 0 : 1;
}

process.exitCode = await run();
