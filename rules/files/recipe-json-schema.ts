import { z } from 'zod';
import { recipeSchema } from '#rules/recipe.schema.ts';

/** One key of the published schema, as far as the recipe page reads it. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** JSON Schema of a recipe file for editors; published as rules/recipe.schema.json. */
export function recipeJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(recipeSchema, {
    target: 'draft-7',
    io: 'input',
    override: ({ jsonSchema }) => {
      delete jsonSchema.readOnly;
      // The format says it; the pattern of all valid dates is no help to a reader.
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    },
  });
  return { ...schema, title: 'Hairline recipe' };
}
