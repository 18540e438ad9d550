import type { InspectionDetail } from '#hmi/server/api.schema.ts';
import { Table } from '#hmi/web/shell/table.tsx';
import { plainNumber } from '#hmi/web/texts/numbers.ts';
import { t, tOr } from '#hmi/web/texts/texts.ts';

const columns = ['check', 'subject', 'value', 'limit', 'outcome'] as const;

/** Every check that the rules took, with what was measured and what it was held against. */
export function TraceTable({ trace }: { readonly trace: InspectionDetail['message']['trace'] }) {
  if (trace.length === 0) return null;
  return (
    <section aria-labelledby="part-trace">
      <h2 id="part-trace">{t('part.trace')}</h2>
      <details open={trace.length <= 12}>
        <summary>{t('part.traceMore', { count: trace.length })}</summary>
        <Table columns={columns.map((column) => t(`part.column.${column}`))}>
          {trace.map(({ check, subject, value, limit, outcome }, index) => (
            // A trace is an ordered list that never changes, and its lines have no id.
            <tr key={`${check}-${subject}-${index}`} className={`row-${outcome}`}>
              <th scope="row">{tOr(`check.${check}`, check)}</th>
              <td className="mono">{subject}</td>
              <td className="number">{value === null ? '' : plainNumber(value, 4)}</td>
              <td className="number">{limit === null ? '' : plainNumber(limit, 4)}</td>
              <td>{t(`part.outcome.${outcome}`)}</td>
            </tr>
          ))}
        </Table>
      </details>
    </section>
  );
}
