import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccounts, type Accounts, type SignIn } from '#hmi/accounts/accounts.ts';
import { firstAdminLink } from '#hmi/accounts/first-admin.ts';
import type { Database } from '#store/database.ts';
import { migrateToLatest } from '#store/migrate.ts';
import { openDatabase } from '#store/open-database.ts';
import type { Actor } from '#store/people/append-audit.ts';
import { addPerson, changePerson, listPeople, type PersonRecord } from '#store/people/people.ts';
import type { Role } from '#store/people/roles.ts';
import { listAudit } from '#store/queries/list-audit.ts';
import { freshDatabase, hasPostgres, type DatabaseKind, type TestDatabase } from '../support/database.ts';
import { silentLog } from '../support/silent-log.ts';

const kinds: readonly DatabaseKind[] = (await hasPostgres()) ? ['PostgreSQL', 'PGlite'] : ['PGlite'];
const tester: Actor = { name: 'tester', personId: null, address: '10.0.0.9' };
const password = 'a long enough password';
let addresses = 0;
/** Tries are counted by address: each test comes from one of its own. */
const address = (): string => `10.1.0.${(addresses += 1)}`;

function cookieIn(signedIn: SignIn): string {
  if (signedIn.kind !== 'signed-in') throw new Error(`not signed in: ${signedIn.kind}`);
  return signedIn.cookie;
}

describe.each(kinds)('accounts on %s', (kind) => {
  let server: TestDatabase;
  let database: Database & AsyncDisposable;
  let accounts: Accounts;

  beforeAll(async () => {
    server = await freshDatabase(kind);
    database = openDatabase({ url: server.url, connections: 4, name: 'test', log: silentLog });
    await migrateToLatest(database);
    accounts = createAccounts(database, silentLog);
  });
  afterAll(async () => {
    await database[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  const add = async (name: string, role: Role = 'operator'): Promise<PersonRecord> => {
    const added = await addPerson(database, { name, role }, tester);
    if (added === 'name-taken') throw new Error(`${name} is taken`);
    return added;
  };
  const linkFor = async (id: string): Promise<string> => (await accounts.makeLink(id, tester, true)) ?? 'no link';
  /** Somebody who came by a link and chose the password. */
  const addWithPassword = async (name: string): Promise<{ person: PersonRecord; cookie: string }> => {
    const person = await add(name);
    const cookie = cookieIn(await accounts.openLink(await linkFor(person.id), address()));
    await accounts.changePassword(cookie, { current: null, next: password }, tester);
    return { person, cookie };
  };
  const told = async (subject: string): Promise<string[]> => {
    const { lines } = await listAudit(database, { limit: 500 });
    return lines
      .filter((line) => line.subject === subject)
      .map(({ action }) => action)
      .toReversed();
  };

  it('let a first admin in by a link, once, and print none when an admin has a password', async () => {
    const token = (await firstAdminLink(database, accounts)) ?? '';
    const from = address();
    const opened = await accounts.openLink(token, from);
    expect(opened).toMatchObject({ kind: 'signed-in', account: { name: 'admin', role: 'admin' } });
    expect(await accounts.openLink(token, from)).toEqual({ kind: 'refused' });
    expect(await accounts.accountOf(cookieIn(opened))).toMatchObject({ name: 'admin', role: 'admin' });
    const again = await firstAdminLink(database, accounts);
    expect(again, 'no password yet: another start, another link').not.toBeNull();
    expect(await accounts.accountOf(cookieIn(opened)), 'and who is in stays in').not.toBeNull();
    await accounts.changePassword(cookieIn(opened), { current: null, next: password }, { ...tester, name: 'admin' });
    expect(await firstAdminLink(database, accounts)).toBeNull();
    expect(await told('admin')).toEqual([
      'person.add',
      'person.link',
      'session.begin',
      'person.link',
      'password.change',
    ]);
  });

  it('end the session of an earlier link once somebody has chosen the first password', async () => {
    const { id } = await add('Two Links');
    const sessions: string[] = [];
    for (const _ of ['earlier start', 'later start']) {
      const token = (await accounts.makeLink(id, tester, false)) ?? '';
      sessions.push(cookieIn(await accounts.openLink(token, address())));
    }
    const [earlier = '', later = ''] = sessions;
    expect(await accounts.accountOf(earlier)).not.toBeNull();
    const chosen = await accounts.changePassword(later, { current: null, next: password }, tester);
    expect(await accounts.accountOf(earlier)).toBeNull();
    expect(chosen.kind === 'changed' && (await accounts.accountOf(chosen.cookie))).toMatchObject({ name: 'Two Links' });
  });

  it('let nobody in by a link that was opened at the same moment by another', async () => {
    const { id } = await add('racer');
    const token = await linkFor(id);
    const opened = await Promise.all([1, 2, 3, 4].map(() => accounts.openLink(token, address())));
    expect(opened.filter(({ kind: how }) => how === 'signed-in')).toHaveLength(1);
  });

  it('let nobody in by a link that has lapsed, or that a newer one replaced', async () => {
    const { id } = await add('late');
    const replaced = await linkFor(id);
    const lapsed = await linkFor(id);
    expect(await accounts.openLink(replaced, address())).toEqual({ kind: 'refused' });
    await sql`update sign_in_link set expires_at = now() - interval '1 second'`.execute(database);
    expect(await accounts.openLink(lapsed, address())).toEqual({ kind: 'refused' });
  });

  it('sign in by name and password, in any spelling of the name, and keep the password as a digest', async () => {
    const { person } = await addWithPassword('Wang 伟 Çelik');
    for (const name of ['Wang 伟 Çelik', ' wang  伟 ÇELIK ', 'Ｗang 伟 Çelik']) {
      expect(await accounts.signIn({ name, password }, address()), name).toMatchObject({
        kind: 'signed-in',
        account: { personId: person.id, name: 'Wang 伟 Çelik', role: 'operator' },
      });
    }
    const row = await database
      .selectFrom('credential')
      .selectAll()
      .where('userId', '=', person.id)
      .executeTakeFirstOrThrow();
    expect(row.password).toMatch(/^[0-9a-f]{32}:[0-9a-f]{128}$/);
  });

  it('refuse a wrong password and an unknown name alike, with a line in the audit', async () => {
    await addWithPassword('Nora');
    for (const name of ['Nora', 'Nobody', '', 'x'.repeat(5000)]) {
      const refused = await accounts.signIn({ name, password: `${password}!` }, address());
      expect(refused).toEqual({ kind: 'refused' });
    }
    expect(await told('Nora')).toContain('session.refused');
    expect(await told('Nobody')).toEqual(['session.refused']);
  });

  it('stop an address that tries and tries, and no other', async () => {
    await addWithPassword('Otto');
    const guesser = address();
    const kindsOf = [];
    for (let count = 0; count < 25; count += 1) {
      kindsOf.push((await accounts.signIn({ name: 'Otto', password: `guess number ${count}` }, guesser)).kind);
    }
    expect(kindsOf.slice(0, 20)).toEqual(Array(20).fill('refused'));
    expect(kindsOf.slice(20)).toEqual(Array(5).fill('too-often'));
    expect((await accounts.signIn({ name: 'Otto', password }, guesser)).kind).toBe('too-often');
    expect((await accounts.signIn({ name: 'Otto', password }, address())).kind).toBe('signed-in');
  });

  it('stop an address that tries links and links, and no other', async () => {
    const token = await linkFor((await addWithPassword('Oda')).person.id);
    const guesser = address();
    const kindsOf = [];
    for (let count = 0; count < 22; count += 1)
      kindsOf.push((await accounts.openLink(`guess number ${count}`, guesser)).kind);
    expect(kindsOf).toEqual([...Array<string>(20).fill('refused'), 'too-often', 'too-often']);
    expect(await accounts.openLink(token, guesser)).toEqual({ kind: 'too-often' });
    expect((await accounts.openLink(token, address())).kind, 'not used up by that').toBe('signed-in');
  });

  it('end a session at sign-out and after its time', async () => {
    await addWithPassword('Pia');
    const first = cookieIn(await accounts.signIn({ name: 'Pia', password }, address()));
    const second = cookieIn(await accounts.signIn({ name: 'Pia', password }, address()));
    await accounts.signOut(first, { name: 'Pia', personId: null, address: null });
    expect(await accounts.accountOf(first)).toBeNull();
    expect(await accounts.accountOf(second)).not.toBeNull();
    await sql`update person_session set expires_at = now() - interval '1 second'`.execute(database);
    expect(await accounts.accountOf(second)).toBeNull();
  });

  it.each(['', 'nonsense', 'a.b', 'x'.repeat(10_000), '%00', '"; drop table person; --'])(
    'know nobody by a forged cookie %#',
    async (cookie) => {
      expect(await accounts.accountOf(cookie)).toBeNull();
    },
  );

  it('know nobody by a session token whose signature is another', async () => {
    const { cookie } = await addWithPassword('Quin');
    const [token = ''] = cookie.split('.');
    expect(await accounts.accountOf(`${token}.${Buffer.alloc(32).toString('base64')}`)).toBeNull();
  });

  it('change a password by the one before, and end every other session of the person', async () => {
    const { cookie } = await addWithPassword('Rosa');
    const elsewhere = cookieIn(await accounts.signIn({ name: 'Rosa', password }, address()));
    const from = { ...tester, address: address() };
    const next = 'another long password';
    expect(await accounts.changePassword(cookie, { current: 'a wrong password', next }, from)).toEqual({
      kind: 'wrong-password',
    });
    expect(await accounts.changePassword(cookie, { current: null, next }, from), 'not without it').toEqual({
      kind: 'wrong-password',
    });
    const changed = await accounts.changePassword(cookie, { current: password, next }, from);
    expect(changed.kind).toBe('changed');
    expect(await accounts.accountOf(elsewhere)).toBeNull();
    expect(changed.kind === 'changed' && (await accounts.accountOf(changed.cookie))).toMatchObject({ name: 'Rosa' });
    expect((await accounts.signIn({ name: 'Rosa', password }, address())).kind).toBe('refused');
    expect((await accounts.signIn({ name: 'Rosa', password: next }, address())).kind).toBe('signed-in');
  });

  it('take the password of a person who gets a new link, and sign them out', async () => {
    const { person, cookie } = await addWithPassword('Sven');
    const token = await linkFor(person.id);
    expect(await accounts.accountOf(cookie)).toBeNull();
    expect((await accounts.signIn({ name: 'Sven', password }, address())).kind).toBe('refused');
    expect((await accounts.openLink(token, address())).kind).toBe('signed-in');
  });

  it('end everything of a person who is disabled, at once', async () => {
    const { person, cookie } = await addWithPassword('Tina');
    expect(await changePerson(database, person.id, { disabled: true }, tester)).toBe('changed');
    expect(await accounts.accountOf(cookie)).toBeNull();
    expect(await accounts.signIn({ name: 'Tina', password }, address())).toEqual({ kind: 'disabled' });
    expect(await accounts.makeLink(person.id, tester, true)).toBeNull();
    await changePerson(database, person.id, { disabled: false }, tester);
    expect(await accounts.accountOf(cookie), 'not even when enabled again').toBeNull();
    const link = await linkFor(person.id);
    await changePerson(database, person.id, { disabled: true }, tester);
    await changePerson(database, person.id, { disabled: false }, tester);
    expect(await accounts.openLink(link, address())).toEqual({ kind: 'refused' });
    const again = cookieIn(await accounts.openLink(await linkFor(person.id), address()));
    await accounts.changePassword(again, { current: null, next: password }, tester);
    expect((await accounts.signIn({ name: 'Tina', password }, address())).kind).toBe('signed-in');
    expect(await told('Tina')).toContain('person.disable');
  });

  it('show a new role at the next request', async () => {
    const { person, cookie } = await addWithPassword('Udo');
    await changePerson(database, person.id, { role: 'quality' }, tester);
    expect(await accounts.accountOf(cookie)).toMatchObject({ role: 'quality' });
    const { lines } = await listAudit(database, { limit: 1 });
    expect(lines).toMatchObject([
      {
        action: 'person.role',
        subject: 'Udo',
        actor: 'tester',
        address: '10.0.0.9',
        detail: { from: 'operator', to: 'quality' },
      },
    ]);
  });

  it('never lose the last admin, not even where two demote each other at one time', async () => {
    const admins = (await listPeople(database)).filter(({ role }) => role === 'admin');
    expect(admins).toHaveLength(1);
    const [first] = admins;
    expect(await changePerson(database, first?.id ?? '', { disabled: true }, tester)).toBe('last-admin');
    const second = await add('Vera', 'admin');
    const both = [first?.id ?? '', second.id];
    for (let round = 0; round < 10; round += 1) {
      const done = await Promise.all(both.map((id) => changePerson(database, id, { role: 'viewer' }, tester)));
      expect(done.toSorted()).toEqual(['changed', 'last-admin']);
      for (const id of both) await changePerson(database, id, { role: 'admin' }, tester);
    }
  });

  it('take no two people of one name, whatever its spelling', async () => {
    await add('Wim');
    for (const name of ['wim', ' WIM', 'Ｗim']) {
      expect(await addPerson(database, { name, role: 'viewer' }, tester)).toBe('name-taken');
    }
  });

  it('let an admin in again where every admin was disabled in the database, and take the old password', async () => {
    const disableAll = () => sql`update person set disabled = true where role = 'admin'`.execute(database);
    await disableAll();
    const first = cookieIn(await accounts.openLink((await firstAdminLink(database, accounts)) ?? '', address()));
    await accounts.changePassword(first, { current: null, next: password }, tester);
    await disableAll();
    const token = await firstAdminLink(database, accounts);
    expect(await accounts.openLink(token ?? '', address())).toMatchObject({
      kind: 'signed-in',
      account: { name: 'admin', role: 'admin' },
    });
    expect(await accounts.signIn({ name: 'admin', password }, address())).toEqual({ kind: 'refused' });
  });
});
