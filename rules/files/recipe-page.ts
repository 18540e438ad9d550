import type { JsonSchema } from '#rules/files/recipe-json-schema.ts';

const introduction = `# Recipes

A recipe says what is required of a product: which views must arrive, which scores count, what a good part may have, what an
answer of the reviewer must satisfy, and when the station stops. Every number that decides about a part stands in a recipe;
none is in code. Recipes are YAML files, one a recipe, versioned, and known by the SHA-256 of the file on every record.

\`npm run rules -- check FILE\` lists every fault of a file at once, with line and column. A folder is taken whole or not at
all: an unknown key, limits that are crossed, an authority to lower without independent evidence, two files with one id or
an expired approval refuse it: the edge node does not start with less than it was given. On SIGHUP a running edge node reads the
folder again; where it is refused, the recipes that run stay, and health and log say why. Where \`HAIRLINE_RECIPE_KEY\` is set, a
recipe that two people approved at the dashboard runs in the place of the one of its id in the folder (docs/adr/0010). \`rules/recipe.schema.json\` is the
schema for editors; name it in the first line of a file:

    # yaml-language-server: $schema=../recipe.schema.json

Every key must be there: what is not wanted is said with \`[]\`, \`null\` or \`never\`. Text with limits of the form [from, to)
includes the first and not the second. docs/reasons.md says which reason each limit leads to, docs/safety.md why they are
as they are.

This page is written by \`npm run rules -- document\` from the schema; do not edit it by hand.
`;

/** The recipe page of the documentation: every key of the schema with its description and what it takes. */
export function recipePage(schema: JsonSchema): string {
  return [introduction, ...sectionsOf('', schema)].join('\n');
}

function sectionsOf(path: string, schema: JsonSchema): readonly string[] {
  const entries = Object.entries(schema.properties ?? {}).map(([key, value]) => [key, asSchema(value)] as const);
  const rows = entries.map(([key, value]) => `| \`${key}\` | ${value.description ?? ''} | ${kindOf(value)} |`);
  const title = path === '' ? '## The file' : `## ${path}`;
  const table = [title, '', '| key | what it says | takes |', '|---|---|---|', ...rows, ''].join('\n');
  const inner = entries.flatMap(([key, value]) => {
    const at = path === '' ? key : `${path}.${key}`;
    return objectsIn(value).flatMap(({ object, many }) =>
      sectionsOf(many ? `${at}[]` : withVariant(at, object), object),
    );
  });
  return [table, ...inner];
}

interface InnerObject {
  readonly object: JsonSchema;
  readonly many: boolean;
}

/** Objects that stand in a value: itself, the entries of a list, or the variants it may take. */
function objectsIn(schema: JsonSchema): readonly InnerObject[] {
  if (schema.properties) return [{ object: schema, many: false }];
  const variants = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map(asSchema);
  if (variants.length > 0) return variants.flatMap(objectsIn);
  const { items } = schema;
  if (items === undefined || Array.isArray(items)) return [];
  return objectsIn(asSchema(items)).map(({ object }) => ({ object, many: true }));
}

/** Variants of one key are told apart by the value of their first fixed key. */
function withVariant(path: string, object: JsonSchema): string {
  for (const [key, value] of Object.entries(object.properties ?? {})) {
    const fixed = asSchema(value).const;
    if (typeof fixed === 'string') return `${path} (${key}: ${fixed})`;
  }
  return path;
}

function kindOf(schema: JsonSchema): string {
  const variants = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map(asSchema);
  if (variants.length > 0) return [...new Set(variants.map(kindOf))].join(' or ');
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.type === 'array') return listOf(schema);
  if (schema.type === 'number' || schema.type === 'integer') return numberOf(schema);
  if (schema.type === 'string') return textOf(schema);
  return schema.type === 'null' ? '`null`' : 'keys, below';
}

function listOf(schema: JsonSchema): string {
  const { items } = schema;
  if (Array.isArray(items)) return `[${items.map((item) => kindOf(asSchema(item))).join(', ')}]`;
  const least = schema.minItems === undefined ? '' : ` of at least ${schema.minItems}`;
  return `list${least}: ${items === undefined ? '' : kindOf(asSchema(items))}`;
}

function numberOf(schema: JsonSchema): string {
  const name = schema.type === 'integer' ? 'whole number' : 'number';
  const { minimum, exclusiveMinimum, maximum } = schema;
  const most = maximum === undefined || maximum > 1e9 ? '' : ` to ${maximum}`;
  if (exclusiveMinimum !== undefined) return `${name} above ${exclusiveMinimum}${most}`;
  return minimum === undefined || minimum < -1e9 ? name : `${name} from ${minimum}${most}`;
}

function textOf(schema: JsonSchema): string {
  if (schema.format === 'date-time') return 'instant such as `2026-01-31T12:00:00Z`';
  return schema.pattern === undefined ? 'text' : `text: \`${schema.pattern.replaceAll('|', '\\|')}\``;
}

function asSchema(schema: JsonSchema | boolean): JsonSchema {
  return typeof schema === 'boolean' ? {} : schema;
}
