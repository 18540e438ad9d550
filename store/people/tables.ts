import type { ColumnType, Generated } from 'kysely';
import type { Role } from '#store/people/roles.ts';

// The accounts library reads and writes these tables too (hmi/accounts/create-auth.ts): names of columns are its own.

type Filled = ColumnType<string, string | undefined, string>;

/** Somebody with an account. Never deleted: what people did names them. */
export interface PersonTable {
  id: string;
  /** As it is shown, and as it is signed in with. */
  name: string;
  /** The same in one spelling: `usernameOf`. */
  username: string;
  /** No mail is ever sent; the library wants one that is unique. */
  email: string;
  emailVerified: boolean;
  image: string | null;
  role: Role;
  /** True: may not sign in, and is signed in nowhere. */
  disabled: Generated<boolean>;
  createdAt: Filled;
  updatedAt: Filled;
}

/** Where a person is signed in. */
export interface PersonSessionTable {
  id: string;
  userId: string;
  token: string;
  expiresAt: string;
  createdAt: Filled;
}

/** A person's password, as a digest (scrypt). */
export interface CredentialTable {
  id: string;
  userId: string;
  providerId: string;
  password: string | null;
}

/** A link that signs a person in once. `value` is the library's JSON and names the person's mail. */
export interface SignInLinkTable {
  id: string;
  value: string;
  expiresAt: string;
}

/** What cookies of sessions are signed with; one row. */
export interface CookieSecretTable {
  id: Generated<number>;
  secret: string;
}

/** Tables of people and their sessions. */
export interface PeopleTables {
  person: PersonTable;
  personSession: PersonSessionTable;
  credential: CredentialTable;
  signInLink: SignInLinkTable;
  cookieSecret: CookieSecretTable;
}
