import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { frameDoubts } from '#rules/evidence.ts';
import { recipeJsonSchema, type JsonSchema } from '#rules/files/recipe-json-schema.ts';
import { recipePage } from '#rules/files/recipe-page.ts';
import { lockCodes } from '#rules/locks.ts';
import { reasonCodes } from '#rules/reason.ts';

describe('the page of reasons', () => {
  const page = readFileSync('docs/reasons.md', 'utf8');
  const headings = [...page.matchAll(/^### `(.+)`$/gm)].map((match) => match[1] ?? '');

  it('says every reason and every lock once, and no other', () => {
    expect(headings.toSorted()).toEqual([...Object.keys(reasonCodes), ...Object.keys(lockCodes)].toSorted());
  });

  it('says something of each, and names every doubt on a frame', () => {
    const sections = page.split(/^### /m).slice(1);
    expect(sections.filter((section) => section.split('\n').slice(1).join('').trim() === '')).toEqual([]);
    const elsewhere = ['missing', 'registration'];
    const told = frameDoubts.filter((doubt) => !elsewhere.includes(doubt) && !page.includes(`\`${doubt}\``));
    expect(told).toEqual([]);
  });
});

describe('the published schema of a recipe', () => {
  const schema = recipeJsonSchema();

  it('is the one in rules/recipe.schema.json; npm run rules -- document writes it', () => {
    expect(JSON.parse(readFileSync('rules/recipe.schema.json', 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)));
  });

  it('is what docs/recipes.md is written from; npm run rules -- document writes it', () => {
    expect(readFileSync('docs/recipes.md', 'utf8')).toBe(recipePage(schema));
  });

  it('describes every key', () => {
    expect(undescribed('', schema)).toEqual([]);
  });
});

/** Keys without a description. */
function undescribed(path: string, schema: JsonSchema): string[] {
  const inner = [schema.items, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flat();
  const within = inner.flatMap((one) => (typeof one === 'object' ? undescribed(path, one) : []));
  const keys = Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    if (typeof value !== 'object') return [];
    const at = `${path}.${key}`;
    return [...(value.description ? [] : [at]), ...undescribed(at, value)];
  });
  return [...keys, ...within];
}
