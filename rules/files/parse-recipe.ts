import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { crossFaults, expiredFaults } from '#rules/recipe-faults.ts';
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

/** Reads a recipe from YAML text. An approval that has expired `at` the time of reading is a fault like any other. */
export function parseRecipe(text: string, at: Date): ParsedRecipe {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const malformed = [...document.errors, ...document.warnings];
  const place = (offset: number, message: string): PlacedFault => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col), message };
  };
  if (malformed.length > 0)
    return { recipe: null, faults: malformed.map(({ pos, message }) => place(pos[0], message)) };
  const value: unknown = document.toJS();
  const parsed = recipeSchema.safeParse(value);
  const sound = parsed.success ? parsed.data : soundParts(value);
  const found = [
    ...(parsed.success ? [] : parsed.error.issues.flatMap(issueToFaults)),
    ...crossFaults(sound),
    ...(sound.views ? expiredFaults({ views: sound.views }, at) : []),
  ];
  if (parsed.success && found.length === 0) return { recipe: parsed.data, faults: [] };
  const faults = found.map(({ path, message }) => place(offsetOf(document, path), `${pathText(path)}${message}`));
  return { recipe: null, faults: faults.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

/** The keys of a recipe whose values hold for themselves, so that faults between them are found in the same go. */
function soundParts(value: unknown): Partial<Recipe> {
  if (typeof value !== 'object' || value === null) return {};
  const given = new Map(Object.entries(value));
  const parts: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(recipeSchema.unwrap().shape)) {
    const part = schema.safeParse(given.get(key));
    if (part.success) parts[key] = part.data;
  }
  return parts;
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
