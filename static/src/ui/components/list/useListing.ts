import { useMemo } from "react";
import { useSearchParams } from "react-router";
import type { Listing } from "../../../api/listing";

const PAGE_SIZE = 25;

export interface ListingControls {
  listing: Listing;
  /** True when a search or filter narrows the list. */
  narrowed: boolean;
  setPage: (page: number) => void;
  setSearch: (search: string) => void;
  setSort: (sort: string) => void;
  setFilter: (name: string, value: string) => void;
}

/**
 * What a list page shows, kept in the address: it survives a reload, can be sent to a colleague,
 * and Back leads to it.
 */
export function useListing(
  defaultSort: string,
  filterNames: readonly string[] = [],
): ListingControls {
  const [params, setParams] = useSearchParams();
  const address = params.toString();
  const names = filterNames.join();

  const listing = useMemo<Listing>(() => {
    const given = new URLSearchParams(address);
    return {
      page: Math.max(1, Number(given.get("page")) || 1),
      pageSize: PAGE_SIZE,
      search: given.get("search") ?? "",
      sort: given.get("sort") ?? defaultSort,
      filters: Object.fromEntries(
        names
          .split(",")
          .filter(Boolean)
          .map((name) => [name, given.get(name) ?? ""]),
      ),
    };
  }, [address, defaultSort, names]);

  /** Any change but that of the page itself leads back to the first page. */
  function change(name: string, value: string) {
    setParams(
      (previous) => {
        const next = new URLSearchParams(previous);
        next.delete("page");
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: name === "search" },
    );
  }

  return {
    listing,
    narrowed: listing.search !== "" || Object.values(listing.filters).some(Boolean),
    setPage: (page) => change("page", page > 1 ? String(page) : ""),
    setSearch: (search) => change("search", search),
    setSort: (sort) => change("sort", sort === defaultSort ? "" : sort),
    setFilter: change,
  };
}
