import { z } from 'zod';
import { longestPassword, shortestPassword } from '#hmi/password-length.ts';
import { isPersonName } from '#store/people/people.ts';
import { roles } from '#store/people/roles.ts';

// Bodies and answers of the routes about people and their sessions.

export const roleSchema = z.enum(roles);

const newPassword = z
  .string()
  .min(shortestPassword, `at least ${shortestPassword} characters`)
  .max(longestPassword, `at most ${longestPassword} characters`);

export const sessionSchema = z.object({
  /** null: nobody is signed in. */
  person: z.object({ name: z.string(), role: roleSchema, hasPassword: z.boolean() }).nullable(),
  /** What may be done here now, signed in or not; null: nothing. */
  role: roleSchema.nullable(),
});

export const signInSchema = z.strictObject({ name: z.string().max(200), password: z.string().max(1000) });

export const openLinkSchema = z.strictObject({ token: z.string().min(1).max(200) });

export const changePasswordSchema = z.strictObject({
  current: z.string().max(1000).nullable().describe('null: the first one, of who came by a link'),
  next: newPassword,
});

export const personSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: roleSchema,
  disabled: z.boolean(),
  hasPassword: z.boolean(),
  createdAt: z.string(),
});

export const peopleSchema = z.object({ people: z.array(personSchema).readonly() });

export const newPersonSchema = z.strictObject({
  name: z.string().refine(isPersonName, "2 to 40 letters, digits, spaces or . _ - ', beginning with a letter or digit"),
  role: roleSchema,
});

export const personChangeSchema = z
  .strictObject({ role: roleSchema.optional(), disabled: z.boolean().optional() })
  .refine(({ role, disabled }) => role !== undefined || disabled !== undefined, 'changes nothing');

/** A link is shown once: who has it is the person. */
export const linkSchema = z.object({ person: personSchema, token: z.string() });

export const auditPageSchema = z.object({
  lines: z
    .array(
      z.object({
        auditId: z.number(),
        at: z.string(),
        actor: z.string(),
        hasAccount: z.boolean(),
        address: z.string().nullable(),
        action: z.string(),
        subject: z.string(),
        detail: z.record(z.string(), z.unknown()),
      }),
    )
    .readonly(),
  next: z.number().nullable(),
});

export type Session = z.infer<typeof sessionSchema>;
export type PersonCard = z.infer<typeof personSchema>;
export type People = z.infer<typeof peopleSchema>;
export type NewPersonLink = z.infer<typeof linkSchema>;
export type AuditPage = z.infer<typeof auditPageSchema>;
