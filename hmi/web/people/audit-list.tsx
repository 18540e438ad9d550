import { useInfiniteQuery } from '@tanstack/react-query';
import type { AuditPage } from '#hmi/server/people.schema.ts';
import { peopleApi } from '#hmi/web/people/people-api.ts';
import { Table } from '#hmi/web/shell/table.tsx';
import { dateTime } from '#hmi/web/texts/numbers.ts';
import { t, tOr } from '#hmi/web/texts/texts.ts';

const columns = ['at', 'actor', 'action', 'subject', 'address', 'detail'] as const;

type Line = AuditPage['lines'][number];

/** Who did what, newest first. */
export function AuditList() {
  const found = useInfiniteQuery({
    queryKey: ['audit'],
    queryFn: ({ pageParam, signal }) => peopleApi.audit(pageParam, signal),
    initialPageParam: null as number | null,
    getNextPageParam: ({ next }) => next,
  });
  const lines = found.data?.pages.flatMap((page) => page.lines) ?? [];
  return (
    <section className="audit" aria-labelledby="audit">
      <h2 id="audit">{t('audit.title')}</h2>
      <p className="soft">{t('audit.about')}</p>
      {found.error && <p role="alert">{t('people.failed', { message: found.error.message, wayOut: '' })}</p>}
      {lines.length > 0 && (
        <Table columns={columns.map((column) => t(`audit.column.${column}`))} className="audit-table">
          {lines.map((line) => (
            <AuditRow key={line.auditId} line={line} />
          ))}
        </Table>
      )}
      {found.hasNextPage && (
        <button onClick={() => void found.fetchNextPage()} disabled={found.isFetchingNextPage}>
          {t('audit.more')}
        </button>
      )}
    </section>
  );
}

function AuditRow({ line: { at, actor, hasAccount, action, subject, address, detail } }: { readonly line: Line }) {
  return (
    <tr>
      <td>{dateTime(at)}</td>
      <td>
        {actor} {!hasAccount && <span className="soft">({t('audit.noAccount')})</span>}
      </td>
      <td>{tOr(`audit.action.${action.replaceAll('.', '-')}`, action)}</td>
      <td>{subject === actor ? '' : subject}</td>
      <td>{address}</td>
      <td className="soft">{detailText(detail)}</td>
    </tr>
  );
}

/** What else was noted, e.g. `from: operator · to: quality`; what has no word here is shown as it was noted. */
function detailText(detail: Line['detail']): string {
  const told = Object.entries(detail).filter(([key, value]) => value !== null && !key.endsWith('Id'));
  return told
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${tOr(`audit.key.${key}`, key)}: ${valueText(value)}`)
    .join(' · ');
}

const vocabularies = ['audit.word', 'role', 'disposition', 'dispositionReason', 'review.judged'] as const;

function valueText(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  // Words have neither dots nor spaces; what a person wrote is no key.
  const known = /^[a-z-]+$/.test(value) ? vocabularies : [];
  return known.reduce((text, words) => (text === value ? tOr(`${words}.${value}`, value) : text), value);
}
