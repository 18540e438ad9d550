import type { Database } from '#store/database.ts';
import { storableJson, storableText } from '#store/ingest/storable-text.ts';

/** Who does something, and from where. */
export interface Actor {
  /** Name of the person; of a program, what it is called. */
  readonly name: string;
  /** null: nobody with an account. */
  readonly personId: string | null;
  /** IP address; null where there is none. */
  readonly address: string | null;
}

/** What people do, as the audit calls it. */
export type AuditAction =
  | 'session.begin'
  | 'session.refused'
  | 'session.end'
  | 'password.change'
  | 'password.refused'
  | 'person.add'
  | 'person.role'
  | 'person.disable'
  | 'person.enable'
  | 'person.link'
  | 'lock.release'
  | 'examples.export'
  | 'inspections.export'
  | 'recipe.propose'
  | 'recipe.approved'
  | 'recipe.rejected'
  | 'recipe.withdrawn';

/** One line of the audit. Written in the transaction of what it tells of, where that has one. */
export interface AuditEntry {
  readonly action: AuditAction;
  /** On what: the name of a person, a station. */
  readonly subject: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

export async function appendAudit(database: Database, actor: Actor, entry: AuditEntry): Promise<void> {
  await database
    .insertInto('audit')
    .values({
      actor: storableText(actor.name),
      personId: actor.personId,
      address: actor.address,
      action: entry.action,
      subject: storableText(entry.subject),
      detail: storableJson(entry.detail ?? {}),
    })
    .execute();
}
