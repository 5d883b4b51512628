import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";
import { type Listing, listingQuery } from "./listing";
import type { BackgroundRequest, Page } from "./types";

export const requestsKey = ["requests"] as const;

const POLL_MILLISECONDS = 1000;

export function isRunning(request: Pick<BackgroundRequest, "status">): boolean {
  return request.status === "queued" || request.status === "started";
}

/** It has written a file that is not downloaded: it is in a cloud storage. */
export function isInStorage({ status, operation, result_url }: BackgroundRequest): boolean {
  return status === "finished" && operation.type.startsWith("export:") && result_url === null;
}

/** The user's background requests; asks again every second while any of them runs. */
export function requestsQuery(listing: Listing) {
  return queryOptions({
    queryKey: [...requestsKey, "list", listing],
    queryFn: async ({ signal }) =>
      (await answer(
        api.GET("/api/requests", { params: { query: listingQuery(listing) }, signal }),
      )) as Page<BackgroundRequest>,
    placeholderData: keepPreviousData,
    refetchInterval: (query) =>
      query.state.data?.results.some(isRunning) ? POLL_MILLISECONDS : false,
  });
}

/** One background request; asks again every second until it has finished or failed. */
export function requestQuery(id: string | null) {
  return queryOptions({
    queryKey: [...requestsKey, id],
    queryFn: async ({ signal }) =>
      (await answer(
        api.GET("/api/requests/{id}", { params: { path: { id: id ?? "" } }, signal }),
      )) as BackgroundRequest,
    enabled: id !== null,
    refetchInterval: (query) =>
      !query.state.data || isRunning(query.state.data) ? POLL_MILLISECONDS : false,
  });
}

export function cancelRequest(id: string): Promise<unknown> {
  return answer(api.POST("/api/requests/{id}/cancel", { params: { path: { id } } }));
}

/**
 * A request that runs a second time keeps its id: what is known of the first run says nothing of
 * the second.
 */
export function forgetRequest(client: QueryClient, id: string): void {
  client.removeQueries({ queryKey: requestQuery(id).queryKey });
}

/** Everything that a finished import or task creation may have changed is asked for again. */
export function refreshAfterRequest(client: QueryClient): Promise<void> {
  return client.invalidateQueries({
    predicate: ({ queryKey }) => queryKey[0] !== "session" && queryKey[0] !== "formats",
  });
}

/** The latest request that makes frames of a task's media; undefined if there was none. */
export function creationQuery(taskId: number) {
  const filters = { task_id: String(taskId), action: "create" };
  const listing = { page: 1, pageSize: 10, search: "", sort: "-created_date", filters };
  return { ...requestsQuery(listing), select: (page: Page<BackgroundRequest>) => page.results[0] };
}
