import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'wouter';
import { useMayUse } from '#hmi/web/account/use-session.ts';
import { api, toQuestion } from '#hmi/web/api.ts';
import { InspectionTable } from '#hmi/web/trace/inspection-table.tsx';
import { t } from '#hmi/web/texts/texts.ts';
import '#hmi/web/styles/trace.css';

const fields = ['serial', 'lot', 'station', 'label', 'model', 'recipe'] as const;
const times = ['from', 'to'] as const;
const verdicts = ['', 'pass', 'fail', 'undecided'] as const;

/** Finds inspections by what is known of them. The question stands in the address, so that it can be sent. */
export function TracePage() {
  const [params, setParams] = useSearchParams();
  const question = questionOf(params);
  const mayExport = useMayUse('quality');
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
        {mayExport && (
          <a className="button" href={`/api/v1/inspections.csv?${question}`}>
            {t('trace.export')}
          </a>
        )}
      </div>
      {found.error && <p role="alert">{t('trace.failed', { message: found.error.message })}</p>}
      {found.isSuccess && inspections.length === 0 && <p className="soft">{t('trace.none')}</p>}
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
function questionOf(params: URLSearchParams): string {
  const words = [...fields, 'verdict'].map((name) => [name, params.get(name)?.trim() ?? '']);
  const instants = times.map((name) => [name, instantOf(params.get(name) ?? '')]);
  return toQuestion(Object.fromEntries([...words, ...instants]));
}

/** Empty for what is no time: it is not asked for. */
function instantOf(localTime: string): string {
  return Number.isNaN(Date.parse(localTime)) ? '' : new Date(localTime).toISOString();
}

function withCursor(question: string, before: string): string {
  return before === '' ? question : `${question}&before=${encodeURIComponent(before)}`;
}
