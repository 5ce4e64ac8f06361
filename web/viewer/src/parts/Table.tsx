import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { Icon } from "./Icon";

/** A column of a table. */
export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** What the title means, where it needs a word. */
  readonly hint?: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** What the column sorts by; null goes last. Left out, it does not sort. */
  readonly order?: (row: Row) => number | string | null;
  /** Whether it holds numbers, which stand at the right. */
  readonly numeric?: boolean;
  /** Whether its cell names the row; it is the heading of the card below 640 pixels. */
  readonly names?: boolean;
  /** Whether the cell takes a line of its own in the card. */
  readonly wide?: boolean;
}

/** What `Table` takes. */
export interface TableProps<Row> {
  /** What the table holds; read by screen readers. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  /** The rows in their own order, which stands until a column is chosen. */
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string | number;
  /** More CSS classes of a row. */
  readonly rowClass?: (row: Row, sorted: boolean) => string;
}

interface Sorting {
  readonly key: string;
  readonly descending: boolean;
}

/** A table that sorts, and folds into cards below 640 pixels. Its roles are spelled out because CSS takes them away there. */
export function Table<Row>({ caption, columns, rows, keyOf, rowClass }: TableProps<Row>): JSX.Element {
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const shown = sorting ? sortedRows(rows, columns, sorting) : rows;
  return (
    <table role="table" class="table">
      <caption class="hidden">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <Head key={column.key} column={column} sorting={sorting} onSort={() => setSorting(nextSorting(column, sorting))} />
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {shown.map((row) => (
          <tr role="row" key={keyOf(row)} class={rowClass?.(row, sorting !== null) ?? ""}>
            {columns.map((column) => (
              <Cell key={column.key} column={column} row={row} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell<Row>({ column, row }: { readonly column: Column<Row>; readonly row: Row }): JSX.Element {
  const classes = [column.numeric ? "numeric" : "", column.names ? "names" : "", column.wide ? "wide" : "", `cell-${column.key}`].join(" ");
  const inner = (
    <>
      <span class="cell-label">{column.title}</span>
      <span class="cell-value">{column.cell(row)}</span>
    </>
  );
  return column.names ? (
    <th role="rowheader" scope="row" class={classes}>
      {inner}
    </th>
  ) : (
    <td role="cell" class={classes}>
      {inner}
    </td>
  );
}

interface HeadProps<Row> {
  readonly column: Column<Row>;
  readonly sorting: Sorting | null;
  readonly onSort: () => void;
}

function Head<Row>({ column, sorting, onSort }: HeadProps<Row>): JSX.Element {
  const mine = sorting?.key === column.key ? sorting : null;
  const classes = `${column.numeric ? "numeric" : ""} cell-${column.key}`;
  return (
    <th role="columnheader" scope="col" class={classes} aria-sort={mine ? (mine.descending ? "descending" : "ascending") : undefined} title={column.hint}>
      {column.order ? (
        <button type="button" class="sort" onClick={onSort}>
          {column.title}
          <span class={mine ? "sort-arrow on" : "sort-arrow"}>
            <Icon name={mine && !mine.descending ? "up" : "down"} size={14} />
          </span>
        </button>
      ) : (
        column.title
      )}
    </th>
  );
}

/** First the direction one wants most (large numbers, early letters), then the other one, then the rows' own order. */
function nextSorting<Row>(column: Column<Row>, now: Sorting | null): Sorting | null {
  const first = column.numeric === true;
  if (now?.key !== column.key) return { key: column.key, descending: first };
  return now.descending === first ? { key: column.key, descending: !first } : null;
}

function sortedRows<Row>(rows: readonly Row[], columns: readonly Column<Row>[], sorting: Sorting): readonly Row[] {
  const order = columns.find((column) => column.key === sorting.key)?.order;
  if (!order) return rows;
  const sign = sorting.descending ? -1 : 1;
  return [...rows].sort((one, other) => {
    const [a, b] = [order(one), order(other)];
    if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
    return a === b ? 0 : a < b ? -sign : sign;
  });
}
