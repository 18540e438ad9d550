import type { Check } from '#rules/check.ts';
import type { IndependentEvidence } from '#rules/evidence.ts';
import type { IndependentKind } from '#rules/recipe.ts';

/**
 * Does something that does not share the detector's sources also say that it is no defect? At least one source of a kind
 * the recipe counts must support the false call, and no source of any kind may support the defect.
 */
export function checkIndependence(
  id: string,
  independent: readonly IndependentEvidence[],
  kinds: readonly IndependentKind[],
): Check {
  const about = independent.filter((evidence) => evidence.id === id);
  const against = about.filter((evidence) => evidence.supports === 'defect');
  const support = about.filter((evidence) => evidence.supports === 'false-call' && kinds.includes(evidence.kind));
  const check = { check: 'independent', value: support.length, limit: 1 } as const;
  const opposed = against[0];
  if (opposed) return { ...check, fault: { code: 'lower-not-independent', detail: `opposed by ${opposed.source}` } };
  return { ...check, fault: support.length > 0 ? null : { code: 'lower-not-independent', detail: '' } };
}
