import type { LoadedRecipe } from '#rules/recipe.ts';
import type { Database } from '#store/database.ts';
import { addPerson } from '#store/people/people.ts';
import type { Role } from '#store/people/roles.ts';
import { checkDraft } from '#store/recipes/check-draft.ts';
import type { PersonActor } from '#store/recipes/propose-recipe.ts';
import { draftText, type Change } from './recipe-text.ts';

/** A draft, read. */
export function draftOf(version: string, ...changes: readonly Change[]): LoadedRecipe {
  const { loaded } = checkDraft(draftText(version, ...changes), new Date());
  if (loaded === null) throw new Error('the draft of the tests has faults');
  return loaded;
}

/** Somebody new with an account. */
export async function newPerson(database: Database, name: string, role: Role = 'engineer'): Promise<PersonActor> {
  const added = await addPerson(database, { name, role }, { name: 'tests', personId: null, address: null });
  if (added === 'name-taken') throw new Error(`${name} is there already`);
  return { name, personId: added.id, address: '127.0.0.1' };
}
