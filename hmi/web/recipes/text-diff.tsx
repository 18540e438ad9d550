import { lineDiff, type DiffRow } from '#hmi/web/recipes/line-diff.ts';
import { t } from '#hmi/web/texts/texts.ts';

const signs = { same: '', added: '+', removed: '−' } as const;

interface TextDiffProps {
  /** What is compared, e.g. `pcb 1.0.0 with pcb 1.1.0`. */
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** Two texts compared line by line; what is alike is left out but for what is near a change. */
export function TextDiff({ name, before, after }: TextDiffProps) {
  const rows = lineDiff(before, after);
  if (rows.length === 0) return <p role="status">{t('recipes.alike')}</p>;
  return (
    <div className="table-room diff" role="region" aria-label={name} tabIndex={0}>
      <table className="diff-table">
        <caption className="away">{name}</caption>
        <thead className="away">
          <tr>
            {['lineBefore', 'lineAfter', 'change', 'line'].map((column) => (
              <th key={column} scope="col">
                {t(`recipes.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            // Rows of one comparison never move: their place names them.
            <Row key={index} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row }: { readonly row: DiffRow }) {
  if (row.kind === 'gap') {
    return (
      <tr className="diff-gap">
        <td colSpan={4}>{t('recipes.gap', { count: row.lines })}</td>
      </tr>
    );
  }
  const { kind, before, after, text } = row;
  const word = kind === 'same' ? '' : t(`recipes.${kind}`);
  return (
    <tr className={`diff-${kind}`}>
      <td>{before}</td>
      <td>{after}</td>
      <td>
        <span aria-hidden="true">{signs[kind]}</span>
        <span className="away">{word}</span>
      </td>
      <td>
        <code>{text}</code>
      </td>
    </tr>
  );
}
