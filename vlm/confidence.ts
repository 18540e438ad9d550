/** One generated token with the most likely alternatives in its place, natural logarithms. */
export interface TokenChance {
  readonly token: string;
  readonly alternatives: readonly { readonly token: string; readonly logprob: number }[];
}

const verdicts = ['defect', 'false_call', 'uncertain'] as const;

/**
 * How sure the model was of its verdict, 0..1: the chance of the verdict it gave among the chances of all verdicts, read
 * at the token where the verdict's value begins, as the engine gives them. null where the tokens do not spell the answer or
 * give no alternatives.
 */
export function verdictConfidence(content: string, tokens: readonly TokenChance[]): number | null {
  const opening = /"verdict"\s*:\s*"/.exec(content);
  if (!opening || tokens.map(({ token }) => token).join('') !== content) return null;
  const start = opening.index + opening[0].length;
  const given = verdicts.find((verdict) => content.startsWith(`${verdict}"`, start));
  const at = tokenAt(tokens, start);
  if (!given || !at) return null;
  const chances = new Map<string, number>();
  for (const { token, logprob } of at.alternatives) {
    // A token may begin before the value, e.g. with its quotation mark; then the alternatives must begin alike.
    if (!token.startsWith(at.lead)) continue;
    const rest = token.slice(at.lead.length);
    const meant = verdicts.filter((verdict) => rest !== '' && `${verdict}"`.startsWith(rest));
    if (meant.length !== 1 || meant[0] === undefined) continue;
    chances.set(meant[0], (chances.get(meant[0]) ?? 0) + Math.exp(logprob));
  }
  const total = [...chances.values()].reduce((sum, chance) => sum + chance, 0);
  return total > 0 ? (chances.get(given) ?? 0) / total : null;
}

function tokenAt(tokens: readonly TokenChance[], start: number) {
  let from = 0;
  for (const { token, alternatives } of tokens) {
    if (from + token.length > start) return { lead: token.slice(0, start - from), alternatives };
    from += token.length;
  }
  return null;
}
