import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '#host/log.ts';
import type { Accounts } from '#hmi/accounts/accounts.ts';
import { isConnectionError } from '#store/connection-error.ts';
import type { Database } from '#store/database.ts';
import type { Actor } from '#store/people/append-audit.ts';
import { addPerson, changePerson, listPeople, usernameOf } from '#store/people/people.ts';

const starter: Actor = { name: 'hairline', personId: null, address: null };
const adminName = 'admin';
const pauseMs = 1_000;

/**
 * Token of a link for the first admin; null where an admin has a password. Until then each start makes a new link, and
 * that of the start before lapses.
 */
export async function firstAdminLink(database: Database, accounts: Accounts): Promise<string | null> {
  const people = await listPeople(database);
  const admins = people.filter(({ role, disabled }) => role === 'admin' && !disabled);
  if (admins.some(({ hasPassword }) => hasPassword)) return null;
  const [admin] = admins;
  if (admin !== undefined) return accounts.makeLink(admin.id, starter, false);
  return accounts.makeLink(await addAdmin(database), starter, true);
}

/** Somebody by the name of `admin`: new, or let in again where every admin was disabled in the database itself. */
async function addAdmin(database: Database): Promise<string> {
  const added = await addPerson(database, { name: adminName, role: 'admin' }, starter);
  if (added !== 'name-taken') return added.id;
  const people = await listPeople(database);
  const known = people.find(({ name }) => usernameOf(name) === adminName);
  if (known === undefined) throw new Error(`nobody is called ${adminName}, yet the name is taken`);
  await changePerson(database, known.id, { role: 'admin', disabled: false }, starter);
  return known.id;
}

/**
 * The same, as soon as the database answers and has its tables; null also when stopped before, or where it cannot be
 * made, which the log then tells.
 */
export async function untilFirstAdminLink(
  database: Database,
  accounts: Accounts,
  { log, stop }: { readonly log: Log; readonly stop: AbortSignal },
): Promise<string | null> {
  while (!stop.aborted) {
    try {
      return await firstAdminLink(database, accounts);
    } catch (error) {
      if (!isConnectionError(error) && !lacksTable(error)) {
        log.error({ err: error }, 'no link for the first admin could be made');
        return null;
      }
    }
    await sleep(pauseMs, undefined, { signal: stop }).catch(() => null);
  }
  return null;
}

/** The store makes the tables; at the first start it may not have come to it. */
function lacksTable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42P01';
}
