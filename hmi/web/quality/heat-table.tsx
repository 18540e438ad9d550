import type { Heat } from '#hmi/server/heat.schema.ts';
import { Table } from '#hmi/web/shell/table.tsx';
import { t } from '#hmi/web/texts/texts.ts';

const columns = ['place', 'fail', 'doubt', 'parts'] as const;

/** Where defects are called on one view of a product, by squares. */
export type CalledPlaces = NonNullable<Heat['map']>;
type Cell = CalledPlaces['cells'][number];

const shownAtMost = 8;

/** How often something was called in a square, surely or in doubt. */
export function callsOf({ fail, doubt }: Cell): number {
  return fail + doubt;
}

const byCalls = (a: Cell, b: Cell): number => callsOf(b) - callsOf(a);

/** Where to look first: the squares with more than one call, the most called first. */
export function MostCalled({ map }: { readonly map: CalledPlaces }) {
  const often = map.cells.filter((cell) => callsOf(cell) > 1).toSorted(byCalls);
  return (
    <div className="heat-most">
      <h3>{t('quality.heat.most')}</h3>
      <ol>
        {often.slice(0, shownAtMost).map((cell) => (
          <li key={`${cell.column}-${cell.row}`}>
            <strong>{t('quality.heat.callsIn', { count: callsOf(cell) })}</strong> {placeOf(cell, map)}
          </li>
        ))}
      </ol>
    </div>
  );
}

function placeOf({ column, row }: Cell, { cellPx, view }: CalledPlaces): string {
  return t('quality.heat.at', {
    left: column * cellPx,
    right: Math.min((column + 1) * cellPx, view.widthPx),
    top: row * cellPx,
    bottom: Math.min((row + 1) * cellPx, view.heightPx),
  });
}

/** The squares of a map as a table, the most called first. */
export function HeatTable({ map }: { readonly map: CalledPlaces }) {
  return (
    <details>
      <summary>{t('quality.table')}</summary>
      <Table columns={columns.map((column) => t(`quality.heat.${column}`))}>
        {map.cells.toSorted(byCalls).map((cell) => (
          <tr key={`${cell.column}-${cell.row}`}>
            <th scope="row">{placeOf(cell, map)}</th>
            <td className="number">{cell.fail}</td>
            <td className="number">{cell.doubt}</td>
            <td className="number">{cell.inspections}</td>
          </tr>
        ))}
      </Table>
    </details>
  );
}
