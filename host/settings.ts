import type { z } from 'zod';
import { FaultError } from '#host/fault.ts';
import { settingsTable } from '#host/settings-table.ts';

/** Environment as a process gets it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings one process needs. The schema's keys are environment names; an empty value counts as unset.
 * All faults are reported together in one FaultError: unknown HAIRLINE_* keys first, then every value that does not fit.
 */
export function readSettings<Output>(schema: z.ZodType<Output>, environment: Environment): Output {
  const ours = Object.entries(environment).filter(([key, value]) => key.startsWith('HAIRLINE_') && value !== '');
  const unknown = ours.map(([key]) => key).filter((key) => !(key in settingsTable));
  const parsed = schema.safeParse(Object.fromEntries(ours));
  const faults = unknown.map((key) => `${key} is no setting${suggestion(key)}`);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) faults.push(`${issue.path.join('.') || 'settings'}: ${issue.message}`);
  }
  if (parsed.success && faults.length === 0) return parsed.data;
  throw new FaultError(unknown.length > 0 ? 'CONFIG_UNKNOWN_KEY' : 'CONFIG_INVALID', faults.join('; '), {
    place: 'environment',
    wayOut: 'Correct or unset these variables; docs/configuration.md lists all of them.',
  });
}

function suggestion(key: string): string {
  const nearest = Object.keys(settingsTable).toSorted((a, b) => likeness(b, key) - likeness(a, key))[0];
  return nearest !== undefined && likeness(nearest, key) >= key.length - 3 ? ` (${nearest}?)` : '';
}

// Letters in common from the front plus those from the back: enough to see a letter left out, added or changed.
function likeness(a: string, b: string): number {
  return sharedPrefix(a, b) + sharedPrefix(reversed(a), reversed(b));
}

function sharedPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

// Names of settings are ASCII.
function reversed(text: string): string {
  return text.split('').toReversed().join('');
}
