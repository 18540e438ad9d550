import { z } from 'zod';
import type { RecipeFault } from '#rules/recipe-faults.ts';

/** A name that people and files use. */
export const nameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'no name of letters, digits, ".", "_" and "-"');

/** A part of a whole, 0..1. */
export const shareSchema = z.number().min(0).max(1);

/** A score from which or up to which something holds; slightly above 1 so that [from, to) can include 1. */
export const scoreSchema = z.number().min(0).max(1.01);

/** A count from 1. */
export const countSchema = z.int().min(1);

/** SHA-256 as lower-case hex. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'no SHA-256 of 64 lower-case hex digits');

/** An instant, ISO 8601 in UTC. */
export const instantSchema = z.iso.datetime('no instant such as 2026-01-31T12:00:00Z');

/** Two limits of one kind, [least, most]. */
export function rangeOf(value: z.ZodType<number, number>) {
  return z.tuple([value, value]).readonly().check(addFaults(crossed));
}

function crossed([lo, hi]: readonly [number, number]): readonly RecipeFault[] {
  return lo > hi ? [{ path: [], message: `limits are crossed: ${lo} is above ${hi}` }] : [];
}

/**
 * Adds what a hand-written check finds to the faults of a schema: in spite of keys that nobody knows and values out of
 * range, so that all faults are said at once, but not among values of a wrong kind.
 */
export function addFaults<Value>(faultsOf: (value: Value) => readonly RecipeFault[]) {
  return z.superRefine<Value>(
    (value, context) => {
      for (const { path, message } of faultsOf(value)) context.addIssue({ code: 'custom', path: [...path], message });
    },
    { when: ({ issues }) => !issues.some(isWrongKind) },
  );
}

/** Does a value have another kind than the schema says, so that it can be compared with nothing? */
export function isWrongKind({ code }: Pick<z.core.$ZodIssue, 'code'>): boolean {
  return code === 'invalid_type' || code === 'invalid_value' || code === 'invalid_union';
}
