import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";
import { type Listing, listingQuery } from "./listing";
import type { Job, JobStage, JobState, Page } from "./types";

export const jobsKey = ["jobs"] as const;

export function jobsQuery(listing: Listing) {
  return queryOptions({
    queryKey: [...jobsKey, "list", listing],
    queryFn: async ({ signal }) =>
      (await answer(
        api.GET("/api/jobs", { params: { query: listingQuery(listing) }, signal }),
      )) as Page<Job>,
    placeholderData: keepPreviousData,
  });
}

export function updateJob(
  id: number,
  body: { assignee?: number | null; stage?: JobStage; state?: JobState },
): Promise<unknown> {
  return answer(api.PATCH("/api/jobs/{id}", { params: { path: { id } }, body }));
}
