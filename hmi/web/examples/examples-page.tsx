import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import type { ExamplePreview } from '#hmi/server/examples.schema.ts';
import { api } from '#hmi/web/api.ts';
import { Balance } from '#hmi/web/examples/balance.tsx';
import { LeftOut } from '#hmi/web/examples/left-out.tsx';
import { Question, questionOf, type Asked } from '#hmi/web/examples/question.tsx';
import { troubleOf } from '#hmi/web/texts/way-out-text.ts';
import { t } from '#hmi/web/texts/texts.ts';
import '#hmi/web/styles/quality.css';
import '#hmi/web/styles/examples.css';

const kinds = ['false-call', 'escape', 'refused', 'lowered', 'raised'] as const;

/** What there is to train on, and its download. */
export function ExamplesPage() {
  const [asked, setAsked] = useState<Asked>(() => ({
    period: 'month',
    at: Date.now(),
    station: '',
    label: '',
    validation: '0.2',
  }));
  const question = questionOf(asked);
  const { data, error } = useQuery({
    queryKey: ['examples', question],
    queryFn: ({ signal }) => api.examples(question, signal),
  });
  return (
    <div className="quality">
      <h1>{t('shell.examples')}</h1>
      <p className="examples-what">{t('examples.what')}</p>
      <Question asked={asked} onAsk={(change) => setAsked({ ...asked, ...change, at: Date.now() })} />
      {data ? <Found preview={data} question={question} /> : <p className="nothing">{wordsFor(error)}</p>}
    </div>
  );
}

function wordsFor(error: Error | null): string {
  if (error === null) return t('examples.loading');
  return t('examples.failed', troubleOf(error));
}

function Found({ preview, question }: { readonly preview: ExamplePreview; readonly question: string }) {
  const { examples, inspections, leftOut } = preview;
  if (examples === 0) {
    return (
      <>
        <p className="nothing">{t('examples.empty')}</p>
        <p>
          <Link className="button" href="/review">
            {t('examples.toReview')}
          </Link>
        </p>
        {leftOut.length > 0 && <LeftOut preview={preview} />}
      </>
    );
  }
  return (
    <>
      <div className="panel examples-download">
        <p role="status">{t('examples.count', { examples, inspections })}</p>
        <a className="button" href={`/api/v1/examples.zip?${question}`} download>
          {t('examples.download')}
        </a>
        <p className="soft">{t('examples.downloadNote')}</p>
      </div>
      <dl className="tiles examples-kinds">
        {kinds.map((kind) => (
          <div key={kind} className="panel">
            <dt>{t(`examples.kind.${kind}`)}</dt>
            <dd className="tile-value">{preview.kinds[kind] ?? 0}</dd>
            <dd className="soft">{t(`examples.kindNote.${kind}`)}</dd>
          </div>
        ))}
      </dl>
      <Balance balance={preview.balance} />
      <LeftOut preview={preview} />
    </>
  );
}
