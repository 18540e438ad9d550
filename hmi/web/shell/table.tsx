import type { ReactNode } from 'react';
import '#hmi/web/styles/table.css';

interface TableProps {
  /** Names of the columns, each another. */
  readonly columns: readonly string[];
  readonly className?: string;
  /** The rows. */
  readonly children: ReactNode;
}

/** A table that is moved sideways by itself where the screen is too narrow for it. */
export function Table({ columns, className, children }: TableProps) {
  return (
    <div className="table-room">
      <table className={className}>
        <TableHead columns={columns} />
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

/** The head of a table. */
export function TableHead({ columns }: Pick<TableProps, 'columns'>) {
  return (
    <thead>
      <tr>
        {columns.map((column) => (
          <th key={column} scope="col">
            {column}
          </th>
        ))}
      </tr>
    </thead>
  );
}
