import type { z } from 'zod';
import { readYaml, type PlacedFault } from '#rules/files/read-yaml.ts';
import { crossFaults, expiredFaults, type RecipeFault } from '#rules/recipe-faults.ts';
import { recipeSchema } from '#rules/recipe.schema.ts';
import type { Recipe } from '#rules/recipe.ts';
import { isWrongKind } from '#rules/schema-parts.schema.ts';

/** A recipe, or every fault of its text at once: of form, of keys and values, and of what they say against each other. */
export type ParsedRecipe =
  | { readonly recipe: Recipe; readonly faults: readonly [] }
  | { readonly recipe: null; readonly faults: readonly PlacedFault[] };

/** Reads a recipe from YAML text. An approval that has expired `at` the time of reading is a fault like any other. */
export function parseRecipe(text: string, at: Date): ParsedRecipe {
  const { value, faults: malformed, place } = readYaml(text);
  if (value === undefined) return { recipe: null, faults: malformed };
  const parsed = recipeSchema.safeParse(value);
  const issues = parsed.error?.issues ?? [];
  const sound = soundParts(value, issues);
  const found = [
    ...issues.flatMap((issue) => issueToFaults(issue, value)),
    ...crossFaults(sound),
    ...(sound.views ? expiredFaults({ views: sound.views }, at) : []),
  ];
  const faults = [...malformed, ...found.map(({ path, message }) => place(path, `${pathText(path)}${message}`))];
  if (parsed.success && faults.length === 0) return { recipe: parsed.data, faults: [] };
  return { recipe: null, faults: faults.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

/** The keys of a recipe whose values are of their kind, so that faults between them are found in the same go. */
function soundParts(value: unknown, issues: readonly z.core.$ZodIssue[]): Partial<Recipe> {
  if (typeof value !== 'object' || value === null) return {};
  const broken = new Set(issues.filter(isWrongKind).map(({ path }) => path[0]));
  return Object.fromEntries(Object.entries(value).filter(([key]) => !broken.has(key)));
}

function issueToFaults(issue: z.core.$ZodIssue, value: unknown): readonly RecipeFault[] {
  const { path, message } = issue;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: 'is no key of a recipe' }));
  }
  return [{ path, message: isWrongKind(issue) && !isThere(value, path) ? 'is missing' : message }];
}

function isThere(value: unknown, path: readonly PropertyKey[]): boolean {
  const found = path.reduce<unknown>((inner, key) => new Map(Object.entries(inner ?? {})).get(String(key)), value);
  return found !== undefined;
}

function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return text === '' ? '' : `${text.replace(/^\./, '')}: `;
}
