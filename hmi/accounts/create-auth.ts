import { randomBytes, randomUUID } from 'node:crypto';
import { betterAuth, type GenericEndpointContext } from 'better-auth';
import { APIError } from 'better-auth/api';
import { magicLink } from 'better-auth/plugins/magic-link';
import { username } from 'better-auth/plugins/username';
import type { KyselyPlugin, PluginTransformResultArgs, QueryResult, UnknownRow } from 'kysely';
import type { Log } from '#host/log.ts';
import { longestPassword, shortestPassword } from '#hmi/password-length.ts';
import type { Database } from '#store/database.ts';
import { isPersonName, usernameOf } from '#store/people/people.ts';

/** A session ends after a long shift, also where a page on a panel at the line asks for something all the time. */
export const sessionSeconds = 12 * 3600;
/** A link that nobody opened lapses. */
export const linkSeconds = 24 * 3600;

/** Where the library believes to be; it is asked in this process alone, and nothing is ever sent there. */
export const authUrl = 'http://hairline.invalid';
/** Header that carries the address of who asks to the library; set here, never taken from outside. */
export const addressHeader = 'x-hairline-address';
export const sessionCookie = 'hairline.session_token';
/** Where the library takes the token of a link. */
export const linkPath = '/magic-link/verify';

// So many tries by one address in a minute: enough for a shift that signs in behind one proxy, too few to guess.
const tries = { window: 60, max: 20 };

/** Columns that the library wants as dates; everywhere else an instant is ISO 8601 text (store/open-database.ts). */
const instants: ReadonlySet<string> = new Set(['createdAt', 'updatedAt', 'expiresAt']);

const instantsAsDates: KyselyPlugin = {
  transformQuery: ({ node }) => node,
  transformResult: async ({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> => ({
    ...result,
    rows: result.rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([column, value]) => [
          column,
          instants.has(column) && typeof value === 'string' ? new Date(value) : value,
        ]),
      ),
    ),
  }),
};

/**
 * Passwords, sessions and links, by the library, on the store's database (docs/adr/0008). Asked by hmi/accounts alone:
 * none of its own routes is served.
 */
export async function createAuth(database: Database, log: Log) {
  return betterAuth({
    baseURL: authUrl,
    secret: await cookieSecret(database),
    database: { db: database.withPlugin(instantsAsDates), type: 'postgres', transaction: true },
    telemetry: { enabled: false },
    logger: { log: (level, message) => log[level]({ from: 'better-auth' }, message) },
    user: {
      modelName: 'person',
      additionalFields: {
        role: { type: 'string', input: false },
        disabled: { type: 'boolean', input: false },
      },
    },
    session: { modelName: 'personSession', expiresIn: sessionSeconds, disableSessionRefresh: true, freshAge: 0 },
    account: { modelName: 'credential' },
    verification: { modelName: 'signInLink' },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: shortestPassword,
      maxPasswordLength: longestPassword,
    },
    rateLimit: {
      enabled: true,
      storage: 'memory',
      customRules: { '/sign-in/username': tries, '/change-password': tries, [linkPath]: tries },
    },
    advanced: {
      cookiePrefix: 'hairline',
      useSecureCookies: false,
      database: { generateId: () => randomUUID() },
      ipAddress: { ipAddressHeaders: [addressHeader] },
    },
    databaseHooks: { session: { create: { before: ({ userId }, context) => refuseDisabled(context, userId) } } },
    plugins: [
      username({
        displayUsername: false,
        maxUsernameLength: 40,
        minUsernameLength: 2,
        usernameNormalization: usernameOf,
        usernameValidator: isPersonName,
      }),
      magicLink({
        disableSignUp: true,
        expiresIn: linkSeconds,
        storeToken: 'hashed',
        generateToken: () => randomBytes(24).toString('base64url'),
        // Nothing is sent: whoever asked for the link hands it on.
        sendMagicLink: ({ token, metadata = {} }) => (metadata['deliver'] as (token: string) => void)(token),
      }),
    ],
  });
}

/** The library as it is set up here. */
export type Auth = Awaited<ReturnType<typeof createAuth>>;

/** Asked on the library's own connection: a session may begin within a transaction of it. */
async function refuseDisabled(context: GenericEndpointContext | null, personId: string): Promise<void> {
  const person: UnknownRow | null | undefined = await context?.context.internalAdapter.findUserById(personId);
  if (person?.['disabled'] !== false) throw new APIError('FORBIDDEN', { code: 'PERSON_DISABLED' });
}

/** The one secret of this database, made by whoever comes first. */
async function cookieSecret(database: Database): Promise<string> {
  const secret = randomBytes(32).toString('base64url');
  await database
    .insertInto('cookieSecret')
    .values({ secret })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return (await database.selectFrom('cookieSecret').select('secret').executeTakeFirstOrThrow()).secret;
}
