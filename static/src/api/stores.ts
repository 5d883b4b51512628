import { infiniteQueryOptions } from "@tanstack/react-query";
import { send } from "./client";

/** A file or folder of the file share or of a cloud storage. */
export interface StoreEntry {
  /** The last step of its path. */
  name: string;
  type: "REG" | "DIR";
  mime_type: string;
}

export interface StorePage {
  content: StoreEntry[];
  /** Where the next page begins; null on the last one. */
  next: string | null;
}

/** Where in a store to look, and what the names that are wanted begin with. */
export interface StorePlace {
  /** Empty, or ending with a slash. */
  directory: string;
  search: string;
}

const PAGE_SIZE = 500;

async function get<T>(path: string, query: Record<string, string>, signal: AbortSignal) {
  const response = await send(`${path}?${new URLSearchParams(query)}`, { signal });
  return (await response.json()) as T;
}

/** What a folder of the file share holds. */
export function shareQuery({ directory, search }: StorePlace) {
  return infiniteQueryOptions({
    queryKey: ["share", directory, search],
    queryFn: async ({ signal }): Promise<StorePage> => {
      const query = { directory: `/${directory}`, ...(search && { search }) };
      return { content: await get<StoreEntry[]>("/api/server/share", query, signal), next: null };
    },
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
  });
}

/** What a folder of a cloud storage holds, as it lists itself or as one of its manifests does. */
export function storageContentQuery(id: number, manifest: string | null, place: StorePlace) {
  const prefix = place.directory + place.search;
  return infiniteQueryOptions({
    queryKey: ["cloudstorages", String(id), "content", manifest ?? "", prefix],
    queryFn: ({ signal, pageParam }) => {
      const query = {
        page_size: String(PAGE_SIZE),
        ...(prefix && { prefix }),
        ...(manifest && { manifest_path: manifest }),
        ...(pageParam && { next_token: pageParam }),
      };
      return get<StorePage>(`/api/cloudstorages/${id}/content-v2`, query, signal);
    },
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
  });
}
