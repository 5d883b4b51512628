import { QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createQueryClient } from "../../app/queryClient";
import { DEFAULT_OPTIONS, dataSpec } from "./taskForm";
import { useMediaUpload } from "./useMediaUpload";

/** What the server was told of the media, attempt by attempt. */
let attached: { upload_names?: string[] }[];
let status: "failed" | "finished";

function answerTo(path: string, init: RequestInit): Response {
  if (path.endsWith("/uploads/batch")) {
    const { files } = JSON.parse(String(init.body)) as { files: { name: string }[] };
    const links = files.map(() => ({ url: "/bucket", content_type: "x", arrived: true }));
    return Response.json({ files: links });
  }
  if (path.endsWith("/complete")) return new Response(null, { status: 204 });
  if (path.endsWith("/data/")) {
    attached.push(JSON.parse(String(init.body)));
    // The request of a task's creation keeps its id.
    return Response.json({ rq_id: "action=create&target=task&id=7" });
  }
  const operation = { type: "create:task", target: "task", task_id: 7 };
  return Response.json({ id: "create-7", status, message: "", operation, results: [] });
}

vi.mock("../../../io/upload-piece", () => ({ sendPiece: async () => undefined }));

beforeEach(() => {
  attached = [];
  status = "failed";
  vi.stubGlobal("fetch", async (asked: Request | string, init: RequestInit = {}) =>
    answerTo(typeof asked === "string" ? asked : new URL(asked.url).pathname, init),
  );
});
afterEach(() => vi.unstubAllGlobals());

function rendered(onReady = () => undefined) {
  const client = createQueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  return renderHook(() => useMediaUpload(onReady), { wrapper }).result;
}

const NESTED = new File(["x"], "nested.zip");
const PICTURES = new File(["y"], "pics.zip");

function sending(file: File) {
  return { taskId: 7, files: [file], data: dataSpec(DEFAULT_OPTIONS, [file.name]) };
}

test("after a refusal other files are sent, and only they make the task", async () => {
  const onReady = vi.fn(() => undefined);
  const upload = rendered(onReady);
  act(() => upload.current.start(sending(NESTED)));
  await waitFor(() => expect(upload.current.request?.status).toBe("failed"));
  expect(attached[0]).not.toHaveProperty("upload_names");

  status = "finished";
  act(() => upload.current.start(sending(PICTURES)));
  await waitFor(() => expect(upload.current.request?.status).toBe("finished"));
  await waitFor(() => expect(onReady).toHaveBeenCalled());
  expect(attached[1]?.upload_names).toEqual(["pics.zip"]);
});

test("the same files are tried again without a list of their names", async () => {
  const upload = rendered();
  act(() => upload.current.start(sending(NESTED)));
  await waitFor(() => expect(upload.current.request?.status).toBe("failed"));
  act(() => upload.current.start(sending(NESTED)));
  await waitFor(() => expect(attached).toHaveLength(2));
  expect(attached[1]).not.toHaveProperty("upload_names");
});

test("where an earlier visit may have left files, the names are always sent", async () => {
  const upload = rendered();
  act(() => upload.current.start({ ...sending(PICTURES), mayHaveOthers: true }));
  await waitFor(() => expect(attached[0]?.upload_names).toEqual(["pics.zip"]));
});
