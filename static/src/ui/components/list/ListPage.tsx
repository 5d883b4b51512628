import { Pagination } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { Page } from "../../../api/types";
import { EmptyState } from "../EmptyState";
import { ErrorState } from "../ErrorState";
import classes from "./List.module.css";
import { type Column, ListTable } from "./ListTable";
import { type ListFilter, ListToolbar } from "./ListToolbar";
import type { ListingControls } from "./useListing";

interface Props<T extends { id: number | string }> {
  controls: ListingControls;
  query: UseQueryResult<Page<T>>;
  columns: readonly Column<T>[];
  filters?: readonly ListFilter[];
  searchable?: boolean;
  /** What can be done with the chosen rows, beside the count. */
  aside?: ReactNode;
  selected?: ReadonlySet<number | string>;
  href?: (item: T) => string;
  /** "12 tasks". */
  countText: (count: number) => string;
  icon: ReactNode;
  /** Shown while nothing exists; a search that finds nothing has its own text. */
  empty: { title: string; text: string; action?: ReactNode };
}

/** Toolbar, rows and pager of a list, with its loading, empty and error states. */
export function ListPage<T extends { id: number | string }>(props: Props<T>) {
  const { controls, query, columns, filters, searchable, aside, selected, href, countText } = props;
  const { listing } = controls;
  const count = query.data?.count;
  const pages = Math.ceil((count ?? 0) / listing.pageSize);
  const { setPage } = controls;
  const beyondEnd = query.error && listing.page > 1;

  // The last item of the last page was deleted, or the address is an old one.
  useEffect(() => {
    if (beyondEnd) setPage(1);
  }, [beyondEnd, setPage]);

  const shown = query.error && !query.data ? undefined : query.data?.results;
  return (
    <>
      <ListToolbar
        controls={controls}
        filters={filters}
        searchable={searchable}
        count={count === undefined ? undefined : countText(count)}
        aside={aside}
      />
      <div className={classes.scroll}>
        {query.error && !query.data ? (
          <ErrorState error={query.error} onRetry={query.refetch} />
        ) : count === 0 ? (
          <NothingFound {...props} />
        ) : (
          <ListTable
            columns={columns}
            items={shown}
            sort={listing.sort}
            onSort={controls.setSort}
            href={href}
            selected={selected}
            stale={query.isPlaceholderData}
          />
        )}
      </div>
      {pages > 1 && (
        <div className={classes.pager}>
          <Pager pages={pages} page={listing.page} onChange={setPage} />
        </div>
      )}
    </>
  );
}

interface PagerProps {
  pages: number;
  page: number;
  onChange: (page: number) => void;
}

export function Pager({ pages, page, onChange }: PagerProps) {
  const { t } = useTranslation();
  return (
    <Pagination
      size="sm"
      total={pages}
      value={page}
      onChange={onChange}
      getControlProps={(control) => ({ "aria-label": t(`list.${control}`) })}
    />
  );
}

function NothingFound<T extends { id: number | string }>({ controls, icon, empty }: Props<T>) {
  const { t } = useTranslation();
  if (!controls.narrowed) return <EmptyState icon={icon} {...empty} />;
  return <EmptyState icon={icon} title={t("list.nothing")} text={t("list.nothingText")} />;
}
