/** What a list page asks the server for. */
export interface Listing {
  /** From 1. */
  page: number;
  pageSize: number;
  search: string;
  /** Field name, `-` before it for descending. */
  sort: string;
  /** Equality filters by field name; empty values are not sent. */
  filters: Readonly<Record<string, string>>;
}

/** Query parameters of a listing, as every list operation of the API takes them. */
export function listingQuery(listing: Listing): Record<string, string | number> {
  const chosen = Object.entries(listing.filters).filter(([, value]) => value !== "");
  return {
    page: listing.page,
    page_size: listing.pageSize,
    sort: listing.sort,
    ...(listing.search ? { search: listing.search } : {}),
    ...Object.fromEntries(chosen),
  };
}
