import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shippedRecipeDir } from '#rules/files/load-recipe.ts';

/** One change of a text: what stands there, and what takes its place. */
export type Change = readonly [from: string | RegExp, to: string];

/** A fault: the first label fails at less than its band begins with. */
export const limitsCrossed: Change = [/failFrom: [\d.]+/, 'failFrom: 0.1'];

/** The shipped recipe `pcb` under another version, with a change or two. A change that finds nothing is refused. */
export function draftText(version: string, ...changes: readonly Change[]): string {
  const shipped = readFileSync(join(shippedRecipeDir, 'pcb.yaml'), 'utf8');
  return [[/^version: .*$/m, `version: ${version}`] as const, ...changes].reduce((text, [from, to]) => {
    const changed = text.replace(from, to);
    if (changed === text && !text.includes(to)) throw new Error(`the shipped recipe has no ${String(from)}`);
    return changed;
  }, shipped);
}

/** The first line of the shipped recipe that has these words; one is the first. */
export function lineOf(words: string): number {
  return (
    draftText('1.0.0')
      .split('\n')
      .findIndex((line) => line.includes(words)) + 1
  );
}
