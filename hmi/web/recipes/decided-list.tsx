import type { DecidedProposal } from '#hmi/server/recipes.schema.ts';
import { Table } from '#hmi/web/shell/table.tsx';
import { dateTime } from '#hmi/web/texts/numbers.ts';
import { t } from '#hmi/web/texts/texts.ts';

const columns = ['when', 'what', 'by', 'became', 'decidedBy', 'why'] as const;

/** What became of proposals, the latest first. */
export function DecidedList({ decided }: { readonly decided: readonly DecidedProposal[] }) {
  if (decided.length === 0) return <p>{t('recipes.noneDecided')}</p>;
  return (
    <Table columns={columns.map((column) => t(`recipes.decided.${column}`))}>
      {decided.map((one) => (
        <tr key={one.proposalId}>
          <td>{dateTime(one.decidedAt)}</td>
          <th scope="row">
            {one.stationId}: {one.recipeId} {one.version}{' '}
            <span className="mono soft" title={one.sha256}>
              {one.sha256.slice(0, 12)}
            </span>
          </th>
          <td>
            {one.proposedBy}: {one.reason}
          </td>
          <td>{t(`recipes.became.${one.decision}`)}</td>
          <td>{one.decidedBy}</td>
          <td>{one.decisionReason}</td>
        </tr>
      ))}
    </Table>
  );
}
