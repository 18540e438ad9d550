import type { Selectable } from 'kysely';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { DatabaseSchema } from '#store/database.ts';
import { catalog } from './catalog.ts';

/** What PostgreSQL calls a value that the driver reads as this. */
type SqlType<Value> = Value extends string
  ? 'text' | 'uuid' | 'timestamptz'
  : Value extends number
    ? 'int2' | 'int4' | 'int8' | 'float8'
    : Value extends boolean
      ? 'bool'
      : Value extends Uint8Array
        ? 'bytea'
        : 'jsonb';

type Column<Value> = null extends Value ? `${SqlType<NonNullable<Value>>} | null` : SqlType<Value>;

/** The tables that the types of the queries speak of. */
type Typed = {
  readonly [Table in keyof DatabaseSchema]: {
    readonly [Name in keyof Selectable<DatabaseSchema[Table]>]: Column<Selectable<DatabaseSchema[Table]>[Name]>;
  };
};

// Types, checked by tsc: a migration that the types do not follow, or the other way round, fails the check. Columns of
// people's tables that only the accounts library reads have no type.
describe('the tables that the migrations make', () => {
  it('have every column that the queries are typed with', () => {
    const typed: Typed = catalog;
    expect(typed).toBe(catalog);
  });

  it('are all known to the queries', () => {
    expectTypeOf<keyof typeof catalog>().toEqualTypeOf<keyof DatabaseSchema>();
  });
});
