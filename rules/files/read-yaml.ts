import { isMap, isNode, isScalar, LineCounter, parseDocument, visit, type Document } from 'yaml';

/** One thing wrong with a file; line and column count from 1. */
export interface PlacedFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A YAML text as read. */
export interface ReadYaml {
  /** What it holds; undefined where the form is too broken to tell. */
  readonly value: unknown;
  /** What is wrong with its form. */
  readonly faults: readonly PlacedFault[];
  /** Puts a message where a value stands; at the nearest thing around it where the value itself is missing. */
  readonly place: (path: readonly PropertyKey[], message: string) => PlacedFault;
}

/** Reads one YAML document, as far as it can be read. */
export function readYaml(text: string): ReadYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number, message: string): PlacedFault => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col), message };
  };
  const malformed = [...document.errors, ...document.warnings].map(({ code, pos, message }) =>
    at(pos[0], code === 'MULTIPLE_DOCS' ? 'a second document begins here' : message),
  );
  const faults = [...malformed, ...aliasFaults(document, at)];
  const place: ReadYaml['place'] = (path, message) => at(offsetOf(document, path), message);
  // A key said twice hides nothing of the rest.
  const readable = faults.length === document.errors.filter(({ code }) => code === 'DUPLICATE_KEY').length;
  if (!readable) return { value: undefined, faults, place };
  try {
    const value: unknown = document.toJS();
    return { value, faults, place };
  } catch (error) {
    // Aliases of aliases that would unfold to gigabytes.
    return {
      value: undefined,
      faults: [...faults, at(0, error instanceof Error ? error.message : String(error))],
      place,
    };
  }
}

/** Aliases of an anchor that does not stand before them. */
function aliasFaults(document: Document, at: (offset: number, message: string) => PlacedFault): readonly PlacedFault[] {
  const faults: PlacedFault[] = [];
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document)) return;
      faults.push(at(alias.range?.[0] ?? 0, `*${alias.source} stands for nothing: no &${alias.source} before it`));
    },
  });
  return faults;
}

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
