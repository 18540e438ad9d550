import type { BalanceRow } from '#store/examples/balance.ts';
import type { ExampleSummary } from '#store/examples/export-examples.ts';

/** The summary of an export as a person reads it in a terminal. */
export function summaryText(summary: ExampleSummary): string {
  const { inspections, examples, kinds, images, lines, balance, leftOut } = summary;
  const kindWords = Object.entries(kinds).map(([kind, count]) => `${kind} ${count}`);
  const out = leftOut.map(
    ({ of, why, count }) => `  ${String(count).padStart(6)} ${of}${count === 1 ? '' : 's'}: ${why}`,
  );
  return `${[
    `${examples} examples of ${inspections} inspections${kindWords.length > 0 ? `: ${kindWords.join(', ')}` : ''}`,
    `${images.train + images.validation} images, ${lines.train + lines.validation} questions to the reviewer`,
    `${''.padEnd(36)}${'train'.padStart(8)}${'validation'.padStart(12)}`,
    ...balance.map(rowText),
    ...(images.validation + lines.validation === 0 ? ['validation is empty: too few parts, or --validation 0'] : []),
    ...(out.length > 0 ? ['left out:', ...out] : ['nothing was left out']),
    'no part and no image stands on both sides',
  ].join('\n')}\n`;
}

const units = { coco: 'image', chat: 'question' } as const;

function rowText({ set, what, label, train, validation }: BalanceRow): string {
  const unit = set === 'coco' && what === 'defect' ? 'box' : units[set];
  const name = `${unit}: ${what}${label === null ? '' : ` ${label}`}`;
  return `${name.padEnd(36)}${String(train).padStart(8)}${String(validation).padStart(12)}`;
}
