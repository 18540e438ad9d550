import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { recipeFaults } from '#rules/recipe-faults.ts';
import { recipeSchema } from '#rules/recipe.schema.ts';
import type { Recipe } from '#rules/recipe.ts';

/** One thing wrong with a recipe file; line and column count from 1. */
export interface PlacedFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A recipe, or every fault of its text at once: form first, then keys and values, then contradictions. */
export type ParsedRecipe =
  | { readonly recipe: Recipe; readonly faults: readonly [] }
  | { readonly recipe: null; readonly faults: readonly PlacedFault[] };

/** Reads a recipe from YAML text. */
export function parseRecipe(text: string): ParsedRecipe {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const malformed = [...document.errors, ...document.warnings];
  const at = (offset: number, message: string): PlacedFault => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col), message };
  };
  if (malformed.length > 0) return { recipe: null, faults: malformed.map(({ pos, message }) => at(pos[0], message)) };
  const parsed = recipeSchema.safeParse(document.toJS());
  const found = parsed.success ? recipeFaults(parsed.data) : parsed.error.issues.flatMap(issueToFaults);
  const faults = found.map(({ path, message }) => at(offsetOf(document, path), `${pathText(path)}${message}`));
  if (parsed.success && faults.length === 0) return { recipe: parsed.data, faults: [] };
  return { recipe: null, faults: faults.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

interface Found {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function issueToFaults(issue: z.core.$ZodIssue): readonly Found[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'is no key of a recipe' }));
  }
  return [{ path: issue.path, message: issue.message }];
}

function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text === '' ? '' : `${text.replace(/^\./, '')}: `;
}

/** Where a value stands in the file; the nearest thing around it where the value itself is missing. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const around = path.slice(0, depth - 1);
    const parent = around.length === 0 ? document.contents : document.getIn(around, true);
    const key = path[depth - 1];
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === key);
      if (pair && isScalar(pair.key) && pair.key.range) return pair.key.range[0];
    }
    const node = document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}
