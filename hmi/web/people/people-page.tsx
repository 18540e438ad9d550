import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { NewPersonLink } from '#hmi/server/people.schema.ts';
import { AddPerson } from '#hmi/web/people/add-person.tsx';
import { AuditList } from '#hmi/web/people/audit-list.tsx';
import { LinkNote } from '#hmi/web/people/link-note.tsx';
import { peopleApi } from '#hmi/web/people/people-api.ts';
import { PersonRow, type PersonDeed } from '#hmi/web/people/person-row.tsx';
import { Table } from '#hmi/web/shell/table.tsx';
import { troubleOf } from '#hmi/web/texts/way-out-text.ts';
import { t } from '#hmi/web/texts/texts.ts';
import '#hmi/web/styles/account.css';
import '#hmi/web/styles/people.css';

const columns = ['name', 'role', 'standing', 'since', 'doing'] as const;

/** Everybody with an account, what they may do, and what was done. */
export function PeoplePage() {
  const [link, setLink] = useState<NewPersonLink | null>(null);
  const queries = useQueryClient();
  const { data, error } = useQuery({ queryKey: ['people'], queryFn: ({ signal }) => peopleApi.list(signal) });
  const settled = (): void => {
    void queries.invalidateQueries({ queryKey: ['people'] });
    void queries.invalidateQueries({ queryKey: ['audit'] });
  };
  const doing = useMutation({
    mutationFn: async (deed: PersonDeed) => {
      if (deed.kind === 'link') setLink(await peopleApi.link(deed.id));
      else if (deed.kind === 'add') setLink(await peopleApi.add(deed.person));
      else await peopleApi.change(deed.id, deed.change);
    },
    onSettled: settled,
  });
  const trouble = doing.error ?? error;
  return (
    <div className="people">
      <h1>{t('people.title')}</h1>
      {trouble && (
        <p role="alert" className="account-trouble">
          {wordsFor(trouble)}
        </p>
      )}
      {link && <LinkNote key={link.token} link={link} onDone={() => setLink(null)} />}
      <AddPerson busy={doing.isPending} onAdd={(given, then) => doing.mutate(given, { onSuccess: then })} />
      {data && (
        <Table columns={columns.map((column) => t(`people.column.${column}`))} className="people-table">
          {data.people.map((person) => (
            <PersonRow key={person.id} person={person} busy={doing.isPending} onDo={doing.mutate} />
          ))}
        </Table>
      )}
      {!data && !error && <p className="nothing">{t('people.loading')}</p>}
      <AuditList />
    </div>
  );
}

function wordsFor(error: Error): string {
  return t('people.failed', troubleOf(error));
}
