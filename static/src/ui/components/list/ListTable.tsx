import { Skeleton, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import type { MouseEvent, ReactNode } from "react";
import { useNavigate } from "react-router";
import classes from "./List.module.css";

export interface Column<T> {
  key: string;
  header: ReactNode;
  /** CSS width; the columns without one share what is left. */
  width?: number | string;
  /** Field by which the server can sort. */
  sort?: string;
  render: (item: T) => ReactNode;
}

interface Props<T extends { id: number | string }> {
  columns: readonly Column<T>[];
  /** Undefined while the first page loads: rows of placeholders keep the layout still. */
  items: readonly T[] | undefined;
  sort?: string;
  onSort?: (sort: string) => void;
  /** Where a click on the row leads. */
  href?: (item: T) => string;
  compact?: boolean;
  /** Ids of the rows that are marked as chosen. */
  selected?: ReadonlySet<number | string>;
  /** The rows are of another page than the one asked for. */
  stale?: boolean;
}

const PLACEHOLDERS = ["a", "b", "c", "d", "e", "f", "g", "h"];

export function ListTable<T extends { id: number | string }>(props: Props<T>) {
  const { columns, items, compact, stale } = props;
  const names = [classes.table, compact && classes.compact, stale && classes.stale];
  return (
    <table className={names.filter(Boolean).join(" ")} aria-busy={!items || stale}>
      <colgroup>
        {columns.map(({ key, width }) => (
          <col key={key} style={{ width }} />
        ))}
      </colgroup>
      <thead>
        <tr>
          {columns.map((column) => (
            <HeaderCell key={column.key} column={column} {...props} />
          ))}
        </tr>
      </thead>
      <tbody>
        {items
          ? items.map((item) => <Row key={item.id} item={item} {...props} />)
          : PLACEHOLDERS.map((key) => <PlaceholderRow key={key} columns={columns.length} />)}
      </tbody>
    </table>
  );
}

interface HeaderProps {
  column: { header: ReactNode; sort?: string };
  sort?: string;
  onSort?: (sort: string) => void;
}

function HeaderCell({ column, sort, onSort }: HeaderProps) {
  const { header, sort: field } = column;
  if (!field || !onSort) return <th scope="col">{header}</th>;
  const descending = sort === `-${field}`;
  const sorted = descending || sort === field;
  const Arrow = descending ? IconArrowDown : IconArrowUp;
  return (
    <th scope="col" aria-sort={sorted ? (descending ? "descending" : "ascending") : "none"}>
      <UnstyledButton
        className={classes.sort}
        onClick={() => onSort(sort === field ? `-${field}` : field)}
      >
        {header}
        {sorted && <Arrow size={13} />}
      </UnstyledButton>
    </th>
  );
}

function Row<T extends { id: number | string }>(props: Props<T> & { item: T }) {
  const { item, columns, href, selected } = props;
  const navigate = useNavigate();

  function open(event: MouseEvent<HTMLElement>) {
    const inner = (event.target as HTMLElement).closest("a, button, input, [role='menu'], label");
    if (href && !inner && !window.getSelection()?.toString()) navigate(href(item));
  }

  return (
    // The link in the first cell does the same for the keyboard.
    <tr className={href && classes.row} aria-selected={selected?.has(item.id)} onClick={open}>
      {columns.map(({ key, render }) => (
        <td key={key}>{render(item)}</td>
      ))}
    </tr>
  );
}

function PlaceholderRow({ columns }: { columns: number }) {
  return (
    <tr>
      {Array.from({ length: columns }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: placeholders have no identity
        <td key={index}>
          <Skeleton height={11} width={index === 0 ? "70%" : "55%"} />
        </td>
      ))}
    </tr>
  );
}
