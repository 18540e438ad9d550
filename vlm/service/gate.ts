import type { Service } from '#vlm/service/service-file.schema.ts';

/** Why a reviewer may not take the place of the one in service; null where it may. */
export function gateFault(candidate: Service, inService: Service | null): string | null {
  if (candidate.retained.defects === 0) return 'the set shows no known defect: nothing can be said of what it misses';
  if (inService === null) return null;
  const same = (key: 'fingerprint' | 'profile' | 'model'): boolean => candidate[key] === inService[key];
  const itself =
    same('fingerprint') && same('profile') && same('model') && candidate.prompt.sha256 === inService.prompt.sha256;
  const [now, before] = [candidate.retained, inService.retained];
  if (now.sha256 !== before.sha256) {
    // The one in service may be measured on another set: that is how a new set becomes the measure.
    return itself
      ? null
      : 'the one in service was qualified on another set: qualify it on this one first, or use its set';
  }
  if (now.missed <= before.missed) return null;
  return `it misses ${now.missed} of ${now.defects} known defects, the one in service ${before.missed}`;
}
