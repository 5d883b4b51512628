import { QueryClientProvider } from "@tanstack/react-query";
import { renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { taskQuery } from "../../api/tasks";
import type { Task } from "../../api/types";
import { createQueryClient } from "../app/queryClient";
import { useTaskCreation } from "./useTaskCreation";

const operation = { type: "create:task", target: "task", task_id: 7 };
const request = { id: "create-7", status: "finished", message: "", operation, progress: 1 };

beforeEach(() => {
  vi.stubGlobal("fetch", async (asked: Request) => {
    const isList = new URL(asked.url).pathname === "/api/requests";
    return Response.json(isList ? { count: 1, results: [request] } : request);
  });
});
afterEach(() => vi.unstubAllGlobals());

test("a creation that ended between two looks at it has the task asked for again", async () => {
  const client = createQueryClient();
  const { queryKey } = taskQuery(7);
  client.setQueryData(queryKey, { id: 7, size: 0 } as Task);
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  renderHook(() => useTaskCreation(7), { wrapper });
  await waitFor(() => expect(client.getQueryState(queryKey)?.isInvalidated).toBe(true));
});
