import type { Example, LeftOut } from '#store/examples/example.ts';
import type { Side } from '#store/examples/split-examples.ts';

/** What one image or one line teaches. */
export interface Lesson {
  /** Boxes and clean images of the COCO file, or lines of the chat files. */
  readonly set: 'coco' | 'chat';
  /** `defect`, `clean` (of the chat: nothing to be seen), `harmless` (a benign cause), `open` (nobody knows). */
  readonly what: 'defect' | 'clean' | 'harmless' | 'open';
  /** Defect label or benign cause; null where there is none. */
  readonly label: string | null;
}

export interface BalanceRow extends Lesson {
  readonly train: number;
  readonly validation: number;
}

/** Something left out, and how often. */
export interface LeftOutRow extends LeftOut {
  readonly count: number;
}

/** What the view of an example teaches the detector: each box, or that there is none, or nothing. */
export function cocoLessons({ truth }: Pick<Example, 'truth'>, view: Example['views'][number]): readonly Lesson[] {
  if (truth !== 'defect') return [{ set: 'coco', what: truth, label: null }];
  return view.defects.map(({ label }) => ({ set: 'coco', what: 'defect', label }));
}

const whats = { defect: 'defect', false_call: 'harmless', uncertain: 'clean' } as const;

/** What a line teaches the reviewer. */
export function chatLesson({ answer }: Example['views'][number]['questions'][number]): Lesson {
  return { set: 'chat', what: whats[answer.verdict], label: answer.verdict === 'uncertain' ? null : answer.label };
}

const whatOrder = ['defect', 'harmless', 'clean', 'open'] as const;

/** Counts lessons by what they teach and by side; the most frequent label first. */
export function balanceOf(lessons: readonly (Lesson & { readonly side: Side })[]): readonly BalanceRow[] {
  const groups = Map.groupBy(lessons, ({ set, what, label }) => JSON.stringify([set, what, label]));
  const rows = [...groups.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { set, what, label } = first;
    const validation = same.filter(({ side }) => side === 'validation').length;
    return [{ set, what, label, train: same.length - validation, validation }];
  });
  return rows.toSorted(
    (a, b) =>
      Number(a.set === 'chat') - Number(b.set === 'chat') ||
      whatOrder.indexOf(a.what) - whatOrder.indexOf(b.what) ||
      b.train + b.validation - a.train - a.validation ||
      (a.label ?? '').localeCompare(b.label ?? '', 'en'),
  );
}

/** Counts what is left out, by what and why. */
export function leftOutRows(leftOut: readonly LeftOut[]): readonly LeftOutRow[] {
  const groups = Map.groupBy(leftOut, ({ of, why }) => `${of} ${why}`);
  return [...groups.values()].flatMap((same) => (same[0] === undefined ? [] : [{ ...same[0], count: same.length }]));
}
