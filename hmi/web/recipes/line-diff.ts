import { diffLines } from 'diff';

/** A line of a comparison with its number in each text; `gap`: so many lines that are alike and not shown. */
export type DiffRow =
  | {
      readonly kind: 'same' | 'added' | 'removed';
      readonly before: number | null;
      readonly after: number | null;
      readonly text: string;
    }
  | { readonly kind: 'gap'; readonly lines: number };

type Line = Exclude<DiffRow, { readonly kind: 'gap' }>;

/** Lines that tell where a change is, before and after it. */
const around = 3;

/** Compares two texts line by line. Empty where they are alike. */
export function lineDiff(before: string, after: string): readonly DiffRow[] {
  const lines = allLines(before, after);
  if (lines.every(({ kind }) => kind === 'same')) return [];
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - around), index + around + 1).some(({ kind }) => kind !== 'same'),
  );
  const rows: DiffRow[] = [];
  for (const [index, line] of lines.entries()) {
    const last = rows.at(-1);
    if (near[index] === true) rows.push(line);
    else if (last?.kind === 'gap') rows[rows.length - 1] = { kind: 'gap', lines: last.lines + 1 };
    else rows.push({ kind: 'gap', lines: 1 });
  }
  return rows;
}

function allLines(before: string, after: string): readonly Line[] {
  let [left, right] = [0, 0];
  // A text that ends without a line break differs in nothing else from one that does.
  const parts = diffLines(closed(before), closed(after));
  return parts.flatMap(({ value, added, removed }) =>
    value
      .replace(/\n$/, '')
      .split('\n')
      .map((text): Line => {
        if (added) return { kind: 'added', before: null, after: (right += 1), text };
        if (removed) return { kind: 'removed', before: (left += 1), after: null, text };
        return { kind: 'same', before: (left += 1), after: (right += 1), text };
      }),
  );
}

function closed(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
