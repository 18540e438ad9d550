import type { Database } from '#store/database.ts';

/** One line of the audit: who did what, on what, when and from where. */
export interface AuditLine {
  readonly auditId: number;
  readonly at: string;
  readonly actor: string;
  /** null: a program, or somebody from before there were accounts. */
  readonly personId: string | null;
  readonly address: string | null;
  readonly action: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** `before`: only lines older than this one. Newest first. */
export interface AuditWish {
  readonly before?: number | undefined;
  readonly limit: number;
}

export function auditQuery(database: Database, { before, limit }: AuditWish) {
  return database
    .selectFrom('audit')
    .select(['auditId', 'at', 'actor', 'personId', 'address', 'action', 'subject', 'detail'])
    .$if(before !== undefined, (query) => query.where('auditId', '<', before ?? 0))
    .orderBy('auditId', 'desc')
    .limit(limit);
}

/** Lines of the audit, newest first, and where the next page begins; `next` null at its end. */
export async function listAudit(
  database: Database,
  { before, limit }: AuditWish,
): Promise<{ readonly lines: readonly AuditLine[]; readonly next: number | null }> {
  const found = await auditQuery(database, { before, limit: limit + 1 }).execute();
  const lines = found.slice(0, limit);
  return { lines, next: found.length > limit ? (lines.at(-1)?.auditId ?? null) : null };
}
