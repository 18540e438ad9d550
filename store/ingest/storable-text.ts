// PostgreSQL's text and jsonb take neither U+0000 nor half a surrogate pair; both may stand in what a model or a
// label reader wrote. They become U+FFFD, so that the record is kept; its digest is that of the bytes received.

const unstorable = /\\u0000|\\ud[89a-f]/i;

/** Text that PostgreSQL can hold. */
export function storableText(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}

/** JSON of a value, as jsonb can hold it. */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  return unstorable.test(json) ? JSON.stringify(storableValue(value)) : json;
}

function storableValue(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(storableValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storableText(key), storableValue(inner)]));
}
