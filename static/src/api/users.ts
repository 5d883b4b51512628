import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, api } from "./client";
import type { Page, User } from "./types";

/** Users whose name contains `search`, for choosing an assignee. */
export function usersQuery(search: string) {
  return queryOptions({
    queryKey: ["users", search],
    queryFn: async ({ signal }) => {
      const query = search ? { search } : {};
      const page = await answer(api.GET("/api/users", { params: { query }, signal }));
      return (page as unknown as Page<User>).results;
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
}
