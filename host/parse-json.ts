/** Value of a JSON text; undefined where it is none. For text from outside, checked against a schema next. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
