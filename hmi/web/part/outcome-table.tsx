import type { InspectionDetail } from '#hmi/server/api.schema.ts';
import { Opinion } from '#hmi/web/line/reason-list.tsx';
import { Table } from '#hmi/web/shell/table.tsx';
import { percentDown, plainNumber } from '#hmi/web/texts/numbers.ts';
import { labelText } from '#hmi/web/texts/reason-text.ts';
import { t } from '#hmi/web/texts/texts.ts';

const columns = ['subject', 'view', 'label', 'score', 'area', 'call', 'outcome', 'source', 'reviewer'] as const;

/** Each detection and candidate with the detector's call, what became of it and who settled it. */
export function OutcomeTable({ card, message }: Pick<InspectionDetail, 'card' | 'message'>) {
  const found = message.views.flatMap(({ detections, candidates }) => [...detections, ...candidates]);
  if (message.outcomes.length === 0) return null;
  return (
    <section aria-labelledby="part-outcomes">
      <h2 id="part-outcomes">{t('part.outcomes')}</h2>
      <Table columns={columns.map((column) => t(`part.column.${column}`))}>
        {message.outcomes.map((outcome) => {
          const one = found.find(({ id }) => id === outcome.id);
          return (
            <tr key={outcome.id} className={`row-${outcome.outcome}`}>
              <th scope="row" className="mono">
                {outcome.id}
              </th>
              <td>{outcome.viewId}</td>
              <td>{one ? labelText(one.label) : ''}</td>
              <td className="number">{one ? percentDown(one.score) : ''}</td>
              <td className="number">{one ? `${plainNumber(one.areaPx, 0)} px` : ''}</td>
              <td>{t(`part.call.${outcome.detectorCall}`)}</td>
              <td>
                <strong>{t(`part.outcome.${outcome.outcome}`)}</strong>
              </td>
              <td>{t(`part.source.${outcome.source}`)}</td>
              <td>
                <Opinion card={card} subject={outcome.id} />
              </td>
            </tr>
          );
        })}
      </Table>
    </section>
  );
}
