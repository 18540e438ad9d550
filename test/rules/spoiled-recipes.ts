import { readFileSync } from 'node:fs';
import { parseRecipe } from '#rules/files/parse-recipe.ts';
import type { PlacedFault } from '#rules/files/read-yaml.ts';

/** A day on which the approvals of both recipes hold. */
export const november = new Date('2026-11-01T00:00:00Z');
export const spindle = readFileSync('docs/control-plans/spindle.yaml', 'utf8');
export const board = readFileSync('docs/control-plans/board.yaml', 'utf8');

export type Change = readonly [from: string | RegExp, to: string];

/** A recipe after some changes, and what is wrong with it then. */
export interface SpoiledRecipe {
  readonly name: string;
  readonly text: string;
  readonly changes: readonly Change[];
  readonly faults: readonly string[];
}

/** Faults of a text after some replacements, each of which must find its place. */
export function faultsOf(text: string, ...changes: readonly Change[]): readonly PlacedFault[] {
  let changed = text;
  for (const [from, to] of changes) {
    const next = changed.replace(from, to);
    if (next === changed) throw new Error(`nothing to change: ${String(from)}`);
    changed = next;
  }
  return parseRecipe(changed, november).faults;
}
