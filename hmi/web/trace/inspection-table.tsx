import { Link } from 'wouter';
import type { InspectionList } from '#hmi/server/api.schema.ts';
import { Sign } from '#hmi/web/shell/sign.tsx';
import { Table } from '#hmi/web/shell/table.tsx';
import { dateTime } from '#hmi/web/texts/numbers.ts';
import { labelText } from '#hmi/web/texts/reason-text.ts';
import { t } from '#hmi/web/texts/texts.ts';
import '#hmi/web/styles/sign.css';

const columns = ['verdict', 'serial', 'station', 'lot', 'decided', 'label', 'disposition'] as const;

/** Inspections found, newest first; each leads to its part. */
export function InspectionTable({ inspections }: Pick<InspectionList, 'inspections'>) {
  return (
    <Table columns={columns.map((column) => t(`trace.${column}`))} className="trace-table">
      {inspections.map((one) => (
        <tr key={one.inspectionId}>
          <td>
            <span className="trace-verdict">
              <Sign verdict={one.verdict} size={24} />
              {t(`verdictWord.${one.verdict}`)}
            </span>
          </td>
          <th scope="row">
            <Link className="trace-link" href={`/parts/${one.inspectionId}`}>
              {one.serial}
              {one.attempt > 1 && ` · ${t('station.attempt', { attempt: one.attempt })}`}
            </Link>
          </th>
          <td>{one.stationId}</td>
          <td>{one.lot}</td>
          <td>{dateTime(one.decidedAt)}</td>
          <td>{one.labels.map(labelText).join(', ')}</td>
          <td>{one.disposition === null ? '' : t(`disposition.${one.disposition}`)}</td>
        </tr>
      ))}
    </Table>
  );
}
