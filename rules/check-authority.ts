import { unmeasured, type Check } from '#rules/check.ts';
import { inBand } from '#rules/detector-call.ts';
import type { LabelRule } from '#rules/recipe.ts';

/** May the reviewer turn a doubt on this label into a fail? */
export function checkMayRaise(rule: LabelRule): Check {
  const holds = rule.authority === 'raise' || rule.authority === 'raise-and-lower';
  const fault = holds ? null : ({ code: 'raise-not-allowed', detail: '' } as const);
  return unmeasured('may-raise', fault);
}

/** May the reviewer lower this label at this score? Names the edge of the band that the score misses. */
export function checkMayLower(rule: LabelRule, score: number): Check {
  const band = maySometimesLower(rule) ? rule.lowerBand : null;
  if (band === null) return unmeasured('may-lower', { code: 'lower-not-allowed', detail: rule.authority });
  const limit = score < band[0] ? band[0] : band[1];
  const fault = inBand(score, band) ? null : ({ code: 'lower-not-allowed', detail: 'score' } as const);
  return { check: 'may-lower', value: score, limit, fault };
}

/** Does the recipe ever let the reviewer lower this label? */
export function maySometimesLower({ authority }: Pick<LabelRule, 'authority'>): boolean {
  return authority === 'lower' || authority === 'raise-and-lower';
}
