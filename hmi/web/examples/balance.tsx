import type { ExamplePreview } from '#hmi/server/examples.schema.ts';
import { ParetoBar } from '#hmi/web/quality/pareto-bar.tsx';
import { TableHead } from '#hmi/web/shell/table.tsx';
import { labelText } from '#hmi/web/texts/reason-text.ts';
import { t, tOr } from '#hmi/web/texts/texts.ts';

type Row = ExamplePreview['balance'][number];

const sets = ['coco', 'chat'] as const;
const columns = ['what', 'train', 'validation'] as const;

/** What the examples teach, by label and side, for the detector and for the reviewer. */
export function Balance({ balance }: Pick<ExamplePreview, 'balance'>) {
  return (
    <section className="panel quality-panel" aria-labelledby="teaches">
      <h2 id="teaches">{t('examples.teaches')}</h2>
      <div className="examples-sets">
        {sets.map((set) => (
          <SetTable key={set} set={set} rows={balance.filter((row) => row.set === set)} />
        ))}
      </div>
      <p className="soft">{t('examples.sides')}</p>
      {balance.every(({ validation }) => validation === 0) && <p>{t('examples.noValidation')}</p>}
      {balance.some(({ what }) => what === 'open') && <p className="soft">{t('examples.openNote')}</p>}
    </section>
  );
}

function SetTable({ set, rows }: { readonly set: Row['set']; readonly rows: readonly Row[] }) {
  const most = Math.max(1, ...rows.map(({ train, validation }) => train + validation));
  return (
    <div>
      <h3>{t(`examples.set.${set}`)}</h3>
      {rows.length === 0 && <p>{t('examples.nothingFor')}</p>}
      {rows.length > 0 && (
        <table className="examples-balance">
          <TableHead columns={columns.map((column) => t(`examples.column.${column}`))} />
          <tbody>
            {rows.map((row) => (
              <tr key={`${row.what}-${row.label}`}>
                <th scope="row">
                  {wordsFor(row)}
                  <ParetoBar sure={row.train} doubtful={row.validation} most={most} />
                </th>
                <td className="number">{row.train}</td>
                <td className="number">{row.validation}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

function wordsFor({ set, what, label }: Row): string {
  const name = label === null ? '' : what === 'harmless' ? tOr(`examples.benign.${label}`, label) : labelText(label);
  return t(`examples.teach.${set}-${what}`, { label: name });
}
