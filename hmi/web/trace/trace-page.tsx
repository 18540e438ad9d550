import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { api } from '#hmi/web/api.ts';
import { InspectionTable } from '#hmi/web/trace/inspection-table.tsx';
import { t } from '#hmi/web/texts/texts.ts';
import '#hmi/web/styles/trace.css';

const fields = ['serial', 'lot', 'station', 'label', 'model', 'recipe'] as const;
const times = ['from', 'to'] as const;
const verdicts = ['', 'pass', 'fail', 'undecided'] as const;

/** Finds inspections by what is known of them. The question stands in the address, so that it can be sent. */
export function TracePage() {
  const [params, setParams] = useSearchParams();
  const question = toQuestion(params);
  const found = useInfiniteQuery({
    queryKey: ['trace', question],
    queryFn: ({ pageParam, signal }) => api.find(withCursor(question, pageParam), signal),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });
  const inspections = found.data?.pages.flatMap((page) => page.inspections) ?? [];
  return (
    <div className="trace">
      <h1>{t('shell.trace')}</h1>
      <Question key={params.toString()} params={params} onAsk={setParams} />
      <div className="trace-head">
        <span role="status">
          {found.isPending
            ? t('trace.asking')
            : t('trace.found', { count: inspections.length, more: found.hasNextPage ? '+' : '' })}
        </span>
        <a className="button" href={`/api/v1/inspections.csv?${question}`}>
          {t('trace.export')}
        </a>
      </div>
      {found.error && <p role="alert">{t('trace.failed', { message: found.error.message })}</p>}
      {inspections.length > 0 && <InspectionTable inspections={inspections} />}
      {found.hasNextPage && (
        <button onClick={() => void found.fetchNextPage()} disabled={found.isFetchingNextPage}>
          {t('trace.more')}
        </button>
      )}
    </div>
  );
}

interface QuestionProps {
  readonly params: URLSearchParams;
  readonly onAsk: (params: Record<string, string>) => void;
}

function Question({ params, onAsk }: QuestionProps) {
  const [given, setGiven] = useState<Record<string, string>>(() => Object.fromEntries(params));
  const set = (name: string, value: string): void => setGiven({ ...given, [name]: value });
  return (
    <form
      className="trace-question"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        onAsk(Object.fromEntries(Object.entries(given).filter(([, value]) => value.trim() !== '')));
      }}
    >
      {fields.map((name) => (
        <label key={name}>
          {t(`trace.${name}`)}
          <input value={given[name] ?? ''} onChange={({ target }) => set(name, target.value)} autoComplete="off" />
        </label>
      ))}
      <label>
        {t('trace.verdict')}
        <select value={given['verdict'] ?? ''} onChange={({ target }) => set('verdict', target.value)}>
          {verdicts.map((verdict) => (
            <option key={verdict} value={verdict}>
              {verdict === '' ? t('trace.any') : t(`verdictWord.${verdict}`)}
            </option>
          ))}
        </select>
      </label>
      {times.map((name) => (
        <label key={name}>
          {t(`trace.${name}`)}
          <input type="datetime-local" value={given[name] ?? ''} onChange={({ target }) => set(name, target.value)} />
        </label>
      ))}
      <button>{t('trace.find')}</button>
    </form>
  );
}

/** The question as the API wants it: local times become instants. */
function toQuestion(params: URLSearchParams): string {
  const question = new URLSearchParams();
  for (const name of [...fields, 'verdict']) {
    const value = params.get(name)?.trim();
    if (value) question.set(name, value);
  }
  for (const name of times) {
    const value = params.get(name);
    if (value && !Number.isNaN(Date.parse(value))) question.set(name, new Date(value).toISOString());
  }
  return question.toString();
}

function withCursor(question: string, before: string): string {
  return before === '' ? question : `${question}&before=${encodeURIComponent(before)}`;
}
