import type { Log } from '#host/log.ts';
import { addressHeader, authUrl, createAuth, linkPath, sessionCookie, type Auth } from '#hmi/accounts/create-auth.ts';
import type { Database } from '#store/database.ts';
import { appendAudit, type Actor } from '#store/people/append-audit.ts';
import { endAccess, endLinks, personById } from '#store/people/people.ts';
import { roles, type Role } from '#store/people/roles.ts';

/** Somebody who is signed in. */
export interface Account {
  readonly personId: string;
  readonly name: string;
  readonly role: Role;
}

/** How a try to sign in ended; `cookie` is the value that stands for the session. */
export type SignIn =
  | { readonly kind: 'signed-in'; readonly account: Account; readonly cookie: string }
  | { readonly kind: 'refused' }
  | { readonly kind: 'disabled' }
  | { readonly kind: 'too-often' };

/** How the choice of a password ended. Every other session of the person has ended where it is `changed`. */
export type PasswordChange =
  | { readonly kind: 'changed'; readonly cookie: string }
  | { readonly kind: 'wrong-password' }
  | { readonly kind: 'too-often' };

/** Who is signed in, and how they come and go. Each coming and going is a line in the audit. */
export interface Accounts {
  /** null for a session that has ended, or whose person may not come in any more. */
  readonly accountOf: (cookie: string) => Promise<Account | null>;
  readonly signIn: (given: { readonly name: string; readonly password: string }, address: string) => Promise<SignIn>;
  /** Signs in by a link's token, which is used up by that. */
  readonly openLink: (token: string, address: string) => Promise<SignIn>;
  readonly signOut: (cookie: string, actor: Actor) => Promise<void>;
  /** `current` null: the first password of a person who came by a link. */
  readonly changePassword: (
    cookie: string,
    given: { readonly current: string | null; readonly next: string },
    actor: Actor,
  ) => Promise<PasswordChange>;
  /**
   * A link's token for a person; links made before lapse. `renew`: the person's password and sessions end too, so that
   * who opens the link chooses a new one. null for an id that nobody has, or of somebody who is disabled.
   */
  readonly makeLink: (personId: string, actor: Actor, renew: boolean) => Promise<string | null>;
}

/** Opens nothing: the library is set up when it is asked first, and again while the database is away. */
export function createAccounts(database: Database, log: Log): Accounts {
  let opened: Promise<Auth> | null = null;
  const open = (): Promise<Auth> => {
    opened ??= createAuth(database, log).catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  };
  return {
    accountOf: async (cookie) => accountOf(await open(), cookie),
    signIn: async ({ name, password }, address) => {
      const auth = await open();
      const answer = await auth.handler(
        requestFor('/sign-in/username', { username: name, password }, { [addressHeader]: address }),
      );
      return begun({ database, auth, answer }, { by: 'password', name, address });
    },
    openLink: async (token, address) => {
      const auth = await open();
      // By its handler, as a password is: only that counts the tries of an address.
      const path = `${linkPath}?${new URLSearchParams({ token }).toString()}`;
      const answer = await auth.handler(
        new Request(`${authUrl}/api/auth${path}`, { headers: { [addressHeader]: address } }),
      );
      return begun({ database, auth, answer }, { by: 'link', name: 'unknown', address });
    },
    signOut: async (cookie, actor) => {
      const auth = await open();
      await auth.api.signOut({ headers: new Headers(cookieHeader(cookie)) });
      await appendAudit(database, actor, { action: 'session.end', subject: actor.name });
    },
    changePassword: async (cookie, { current, next }, actor) => {
      const auth = await open();
      const answer = await (current === null
        ? setFirst(auth, cookie, next)
        : change(auth, cookie, { current, next }, actor));
      if (answer.status === 429) return { kind: 'too-often' };
      const action = answer.ok ? 'password.change' : 'password.refused';
      await appendAudit(database, actor, { action, subject: actor.name });
      return answer.ok ? { kind: 'changed', cookie: cookieOf(answer) ?? cookie } : { kind: 'wrong-password' };
    },
    makeLink: async (personId, actor, renew) => {
      const auth = await open();
      const email = await prepareLink(database, personId, actor, renew);
      return email === null ? null : newToken(auth, email);
    },
  };
}

async function accountOf(auth: Auth, cookie: string): Promise<Account | null> {
  const session = await auth.api.getSession({ headers: new Headers(cookieHeader(cookie)) });
  const { id, name, role, disabled } = session?.user ?? {};
  const known = roles.find((one) => one === role);
  return id === undefined || name === undefined || known === undefined || disabled !== false
    ? null
    : { personId: id, name, role: known };
}

interface Attempt {
  readonly database: Database;
  readonly auth: Auth;
  readonly answer: Response;
}

/** Tells the audit how an attempt ended. Nobody is in whose line could not be written. */
async function begun(
  { database, auth, answer }: Attempt,
  { by, name, address }: { readonly by: 'password' | 'link'; readonly name: string; readonly address: string },
): Promise<SignIn> {
  if (answer.status === 429) return { kind: 'too-often' };
  const cookie = answer.ok ? cookieOf(answer) : null;
  const account = cookie === null ? null : await accountOf(auth, cookie);
  if (cookie === null || account === null) {
    const disabled = answer.status === 403;
    const detail = { by, why: disabled ? 'disabled' : 'refused' };
    const actor = { name: name.slice(0, 100), personId: null, address };
    await appendAudit(database, actor, { action: 'session.refused', subject: actor.name, detail });
    return { kind: disabled ? 'disabled' : 'refused' };
  }
  const actor = { name: account.name, personId: account.personId, address };
  await appendAudit(database, actor, { action: 'session.begin', subject: account.name, detail: { by } });
  return { kind: 'signed-in', account, cookie };
}

/** Whoever came by an earlier link goes too: only who knows the password comes back. */
async function setFirst(auth: Auth, cookie: string, newPassword: string): Promise<Response> {
  const headers = new Headers(cookieHeader(cookie));
  const answer = await auth.api.setPassword({ body: { newPassword }, headers, asResponse: true });
  if (answer.ok) await auth.api.revokeOtherSessions({ headers });
  return answer;
}

function change(
  auth: Auth,
  cookie: string,
  { current, next }: { readonly current: string; readonly next: string },
  { address }: Actor,
): Promise<Response> {
  const body = { currentPassword: current, newPassword: next, revokeOtherSessions: true };
  const headers = { ...cookieHeader(cookie), [addressHeader]: address ?? '' };
  return auth.handler(requestFor('/change-password', body, headers));
}

/** What lets a link be made: the person's mail in the library; null where there is no such person to let in. */
async function prepareLink(database: Database, personId: string, actor: Actor, renew: boolean): Promise<string | null> {
  return database.transaction().execute(async (transaction) => {
    const person = await personById(transaction, personId);
    if (person === null || person.disabled) return null;
    await endLinks(transaction, personId);
    if (renew) {
      await endAccess(transaction, personId);
      await transaction.deleteFrom('credential').where('userId', '=', personId).execute();
    }
    await appendAudit(transaction, actor, { action: 'person.link', subject: person.name });
    const { email } = await transaction
      .selectFrom('person')
      .select('email')
      .where('id', '=', personId)
      .executeTakeFirstOrThrow();
    return email;
  });
}

async function newToken(auth: Auth, email: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  await auth.api.signInMagicLink({ body: { email, metadata: { deliver: resolve } }, headers: new Headers() });
  return promise;
}

/** A request to the library that counts the tries of an address. Where it comes from was checked by the guard. */
function requestFor(path: string, body: object, headers: Readonly<Record<string, string>>): Request {
  return new Request(`${authUrl}/api/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: authUrl, ...headers },
    body: JSON.stringify(body),
  });
}

function cookieHeader(value: string): { readonly cookie: string } {
  return { cookie: `${sessionCookie}=${encodeURIComponent(value)}` };
}

function cookieOf(answer: Response): string | null {
  for (const line of answer.headers.getSetCookie()) {
    const [pair = ''] = line.split(';');
    const at = pair.indexOf('=');
    if (pair.slice(0, at) === sessionCookie && at < pair.length - 1) return decodeURIComponent(pair.slice(at + 1));
  }
  return null;
}
