import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";
import { type Listing, listingQuery } from "./listing";
import type { LabelSpec, Page, Project } from "./types";

export const projectsKey = ["projects"] as const;

export function projectsQuery(listing: Listing) {
  return queryOptions({
    queryKey: [...projectsKey, "list", listing],
    queryFn: async ({ signal }) =>
      (await answer(
        api.GET("/api/projects", { params: { query: listingQuery(listing) }, signal }),
      )) as Page<Project>,
    placeholderData: keepPreviousData,
  });
}

export function projectQuery(id: number) {
  return queryOptions({
    queryKey: [...projectsKey, id],
    queryFn: async ({ signal }) =>
      (await answer(
        api.GET("/api/projects/{id}", { params: { path: { id } }, signal }),
      )) as Project,
  });
}

export async function createProject(body: { name: string; labels: LabelSpec[] }): Promise<Project> {
  return (await answer(api.POST("/api/projects", { body }))) as Project;
}

export function updateProject(
  id: number,
  body: { name?: string; bug_tracker?: string; assignee_id?: number | null },
): Promise<unknown> {
  return answer(api.PATCH("/api/projects/{id}", { params: { path: { id } }, body }));
}

export function deleteProject(id: number): Promise<unknown> {
  return answer(api.DELETE("/api/projects/{id}", { params: { path: { id } } }));
}
