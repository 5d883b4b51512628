import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";
import { type Listing, listingQuery } from "./listing";
import type { LabelSpec, Page, Task } from "./types";

export const tasksKey = ["tasks"] as const;

/** What a task is created from; its media follow (`attachData`). */
export interface TaskSpec {
  name: string;
  project_id?: number;
  labels?: LabelSpec[];
  subset?: string;
  bug_tracker?: string;
  /** Frames in a job; 0 or absent: one job. */
  segment_size?: number;
  /** Frames shared by neighbouring jobs. */
  overlap?: number;
}

export const SORTING_METHODS = ["lexicographical", "natural", "predefined", "random"] as const;
export type SortingMethod = (typeof SORTING_METHODS)[number];

/** How the uploaded media become frames. */
export interface DataSpec {
  /** 1 to 100. */
  image_quality: number;
  sorting_method: SortingMethod;
  use_zip_chunks: boolean;
  use_cache: boolean;
  chunk_size?: number;
  start_frame?: number;
  stop_frame?: number;
  /** `step=N` takes each Nth frame. */
  frame_filter?: string;
  upload_file_order?: string[];
  /** Of the files that were uploaded, those that make the task; absent: all of them. */
  upload_names?: string[];
  /** Makes the random order another, but the same again for the same seed. */
  sorting_seed?: number;
  /** Paths in the file share, or in the cloud storage that is named beside; folders end with `/`. */
  server_files?: string[];
  cloud_storage_id?: number;
  /** Addresses that the server fetches. */
  remote_files?: string[];
  /** Whether files of a share or storage are copied. */
  copy_data?: boolean;
}

export function tasksQuery(listing: Listing) {
  return queryOptions({
    queryKey: [...tasksKey, "list", listing],
    queryFn: async ({ signal }) =>
      (await answer(
        api.GET("/api/tasks", { params: { query: listingQuery(listing) }, signal }),
      )) as Page<Task>,
    placeholderData: keepPreviousData,
  });
}

export function taskQuery(id: number) {
  return queryOptions({
    queryKey: [...tasksKey, id],
    queryFn: async ({ signal }) =>
      (await answer(api.GET("/api/tasks/{id}", { params: { path: { id } }, signal }))) as Task,
  });
}

export async function createTask(body: TaskSpec): Promise<Task> {
  return (await answer(api.POST("/api/tasks", { body }))) as Task;
}

export function updateTask(
  id: number,
  body: { name?: string; subset?: string; bug_tracker?: string; assignee_id?: number | null },
): Promise<unknown> {
  return answer(api.PATCH("/api/tasks/{id}", { params: { path: { id } }, body }));
}

export function deleteTask(id: number): Promise<unknown> {
  return answer(api.DELETE("/api/tasks/{id}", { params: { path: { id } } }));
}
