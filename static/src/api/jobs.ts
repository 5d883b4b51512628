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

export function jobQuery(id: number) {
  return queryOptions({
    queryKey: [...jobsKey, id],
    queryFn: async ({ signal }) =>
      (await answer(api.GET("/api/jobs/{id}", { params: { path: { id } }, signal }))) as Job,
  });
}

/** Every job of a task, in order of frames. */
export function taskJobsQuery(taskId: number) {
  return queryOptions({
    queryKey: [...jobsKey, "task", taskId],
    queryFn: async ({ signal }) => {
      const query = { task_id: taskId, page_size: "all", sort: "id" };
      const page = (await answer(
        api.GET("/api/jobs", { params: { query }, signal }),
      )) as unknown as Page<Job>;
      return page.results;
    },
  });
}

export function updateJob(
  id: number,
  body: { assignee?: number | null; stage?: JobStage; state?: JobState },
): Promise<unknown> {
  return answer(api.PATCH("/api/jobs/{id}", { params: { path: { id } }, body }));
}
