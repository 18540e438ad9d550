import { useQuery } from '@tanstack/react-query';
import type { ReviewerQuality } from '#hmi/server/quality.schema.ts';
import { api } from '#hmi/web/api.ts';
import { ParetoBar } from '#hmi/web/quality/pareto-bar.tsx';
import { RiskDrawing } from '#hmi/web/quality/risk-drawing.tsx';
import { Table } from '#hmi/web/shell/table.tsx';
import { percent } from '#hmi/web/texts/numbers.ts';
import { reasonText } from '#hmi/web/texts/reason-text.ts';
import { t } from '#hmi/web/texts/texts.ts';
import { troubleOf } from '#hmi/web/texts/way-out-text.ts';

const everyMs = 60_000;
const shownInTable = [0.5, 0.8, 0.9, 0.95, 0.99, 1] as const;

/** Where detector and reviewer disagreed, and what the machine could be trusted with alone. */
export function Reviewer({ question }: { readonly question: string }) {
  const { data, error } = useQuery({
    queryKey: ['reviewer', question],
    queryFn: ({ signal }) => api.reviewerQuality(question, signal),
    refetchInterval: everyMs,
  });
  if (error) return <p role="alert">{t('quality.failed', troubleOf(error))}</p>;
  if (!data) return null;
  return (
    <>
      <Disagreements disagreements={data.disagreements} />
      <Risk risk={data.risk} />
    </>
  );
}

function Disagreements({ disagreements }: Pick<ReviewerQuality, 'disagreements'>) {
  const most = Math.max(1, ...disagreements.map(({ places }) => places));
  return (
    <section className="panel quality-panel" aria-labelledby="disagreements">
      <h2 id="disagreements">{t('quality.disagree.title')}</h2>
      {disagreements.length === 0 && <p>{t('quality.disagree.none')}</p>}
      <ul className="pareto pareto-wide">
        {disagreements.map(({ code, why, places, inspections }) => (
          <li key={`${code}-${why}`}>
            <span>{wordsFor(code, why)}</span>
            <ParetoBar sure={places} most={most} />
            <span className="soft">{t('quality.disagree.count', { places, inspections })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The reason as the other pages say it, without the one label that it would name there. */
function wordsFor(code: string, why: string): string {
  const text = reasonText({ code, subject: '', value: null, limit: null, detail: why }, { views: [] });
  const bare = text.replaceAll(/^["“”:：()（）\s]+|[:：\s]+$/g, '');
  return bare.charAt(0).toUpperCase() + bare.slice(1);
}

function Risk({ risk: { judged, points, now } }: Pick<ReviewerQuality, 'risk'>) {
  return (
    <section className="panel quality-panel" aria-labelledby="risk">
      <h2 id="risk">{t('quality.risk.title')}</h2>
      {now === null ? (
        <p>{t('quality.risk.none')}</p>
      ) : (
        <>
          <p>{t('quality.risk.now', { coverage: percent(now.coverage), risk: percent(now.risk), judged })}</p>
          <p className="soft">{t('quality.risk.what')}</p>
          <RiskDrawing points={points} now={now} />
          <RiskTable points={points} />
        </>
      )}
    </section>
  );
}

function RiskTable({ points }: Pick<ReviewerQuality['risk'], 'points'>) {
  const rows = shownInTable.flatMap((coverage) => {
    const point = points.findLast((one) => one.coverage <= coverage + 1e-9);
    return point ? [{ coverage, point }] : [];
  });
  return (
    <details>
      <summary>{t('quality.table')}</summary>
      <Table columns={[t('quality.risk.upTo'), t('quality.risk.coverage'), t('quality.risk.risk')]}>
        {rows.map(({ coverage, point }) => (
          <tr key={coverage}>
            <th scope="row">{percent(coverage)}</th>
            <td className="number">{percent(point.coverage)}</td>
            <td className="number">{percent(point.risk)}</td>
          </tr>
        ))}
      </Table>
    </details>
  );
}
