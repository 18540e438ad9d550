import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '#store/database.ts';
import { appendAudit, type Actor } from '#store/people/append-audit.ts';
import type { Role } from '#store/people/roles.ts';

/** A person as an admin sees them. */
export interface PersonRecord {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly disabled: boolean;
  /** False until the person has chosen one. */
  readonly hasPassword: boolean;
  readonly createdAt: string;
}

/** What an admin changes about a person. */
export interface PersonChange {
  readonly role?: Role | undefined;
  readonly disabled?: boolean | undefined;
}

// Letters of any script: names of people are not all Latin.
const wellFormed = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._'-]{1,39}$/u;
// Names that the audit gives to those without an account, now and before there were accounts.
const taken = new Set(['link', 'token', 'anonymous', 'unknown', 'hairline']);

/** One spelling of a name: two people's names never differ by case, width or spaces alone. */
export function usernameOf(name: string): string {
  return name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
}

/** True for a name that a person may have. */
export function isPersonName(name: string): boolean {
  return wellFormed.test(name.trim()) && !taken.has(usernameOf(name));
}

/** Everybody with an account, by name. */
export function peopleQuery(database: Database) {
  return database
    .selectFrom('person')
    .leftJoin('credential', 'credential.userId', 'person.id')
    .select(['person.id', 'person.name', 'person.role', 'person.disabled', 'person.createdAt'])
    .select(sql<boolean>`credential.password is not null`.as('hasPassword'))
    .orderBy('person.username');
}

/** Everybody with an account, by name. */
export async function listPeople(database: Database): Promise<readonly PersonRecord[]> {
  return peopleQuery(database).execute();
}

/** null for an id that nobody has. */
export async function personById(database: Database, id: string): Promise<PersonRecord | null> {
  return (await peopleQuery(database).where('person.id', '=', id).executeTakeFirst()) ?? null;
}

/** Adds a person without a password: a link lets them in. `name-taken` where somebody has the name, also by another spelling. */
export async function addPerson(
  database: Database,
  given: { readonly name: string; readonly role: Role },
  actor: Actor,
): Promise<PersonRecord | 'name-taken'> {
  const id = randomUUID();
  const name = given.name.trim();
  return database.transaction().execute(async (transaction) => {
    const inserted = await transaction
      .insertInto('person')
      .values({
        id,
        name,
        username: usernameOf(name),
        email: `${id}@hairline.invalid`,
        emailVerified: true,
        image: null,
        role: given.role,
      })
      .onConflict((conflict) => conflict.column('username').doNothing())
      .returning('createdAt')
      .executeTakeFirst();
    if (inserted === undefined) return 'name-taken';
    await appendAudit(transaction, actor, { action: 'person.add', subject: name, detail: { role: given.role } });
    return { id, name, role: given.role, disabled: false, hasPassword: false, createdAt: inserted.createdAt };
  });
}

/**
 * Changes role or standing of a person, with a line in the audit for each. Who is disabled is signed out everywhere, and
 * no link lets them in. `last-admin`: nobody would be left to manage people.
 */
export async function changePerson(
  database: Database,
  id: string,
  change: PersonChange,
  actor: Actor,
): Promise<'changed' | 'unknown-person' | 'last-admin'> {
  return database.transaction().execute(async (transaction) => {
    // Two admins who demote each other at one time would leave none: changes come one after another.
    await sql`select pg_advisory_xact_lock(4846251, 5)`.execute(transaction);
    const person = await personById(transaction, id);
    if (person === null) return 'unknown-person';
    const after = { role: change.role ?? person.role, disabled: change.disabled ?? person.disabled };
    if (manages(person) && !manages(after) && !(await hasOtherAdmin(transaction, id))) return 'last-admin';
    await transaction.updateTable('person').set(after).where('id', '=', id).execute();
    if (after.disabled) await endAccess(transaction, id);
    await tellChange(transaction, actor, person, after);
    return 'changed';
  });
}

function manages({ role, disabled }: Pick<PersonRecord, 'role' | 'disabled'>): boolean {
  return role === 'admin' && !disabled;
}

async function tellChange(
  database: Database,
  actor: Actor,
  { name: subject, role, disabled }: PersonRecord,
  after: Pick<PersonRecord, 'role' | 'disabled'>,
): Promise<void> {
  if (after.role !== role) {
    await appendAudit(database, actor, { action: 'person.role', subject, detail: { from: role, to: after.role } });
  }
  if (after.disabled !== disabled) {
    await appendAudit(database, actor, { action: after.disabled ? 'person.disable' : 'person.enable', subject });
  }
}

/** Ends every session and every link of a person. */
export async function endAccess(database: Database, id: string): Promise<void> {
  await database.deleteFrom('personSession').where('userId', '=', id).execute();
  await endLinks(database, id);
}

/** Ends every link of a person. */
export async function endLinks(database: Database, id: string): Promise<void> {
  await sql`delete from sign_in_link using person
    where person.id = ${id} and value::jsonb ->> 'email' = person.email`.execute(database);
}

/** True where an admin other than `id` can sign in. */
async function hasOtherAdmin(database: Database, id: string): Promise<boolean> {
  const other = await database
    .selectFrom('person')
    .select('id')
    .where('role', '=', 'admin')
    .where('disabled', '=', false)
    .where('id', '!=', id)
    .executeTakeFirst();
  return other !== undefined;
}
