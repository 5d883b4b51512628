import { afterEach, expect, test, vi } from "vitest";
import { countLabelUse } from "./labelUse";

afterEach(() => vi.unstubAllGlobals());

/** A server with tasks of a project, by id the objects of label 1 and of label 2. */
function serve(tasks: Record<number, [number, number]>): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async (request: Request | string) => {
    const path = typeof request === "string" ? request : new URL(request.url).pathname;
    asked.push(path);
    if (path === "/api/tasks") {
      const results = Object.keys(tasks).map((id) => ({ id: Number(id), size: 3 }));
      return Response.json({ count: results.length, results: [...results, { id: 99, size: 0 }] });
    }
    const counts = tasks[Number(path.split("/")[3])] ?? [0, 0];
    return Response.json({ labels: counts.map((objects, at) => ({ label_id: at + 1, objects })) });
  });
  return asked;
}

const signal = new AbortController().signal;

test("objects of the labels are counted over the tasks of a project that have media", async () => {
  serve({ 5: [3, 40], 6: [0, 7], 7: [28, 0] });
  const use = await countLabelUse({ kind: "project", id: 2 }, new Set([1]), signal);
  expect(use).toEqual({ objects: new Map([[1, 31]]), tasks: 2, counted: 3, all: 3 });
});

test("a task counts itself", async () => {
  const asked = serve({ 8: [2, 5] });
  const use = await countLabelUse({ kind: "task", id: 8 }, new Set([1, 2]), signal);
  expect([...use.objects]).toEqual([
    [1, 2],
    [2, 5],
  ]);
  expect(asked).toEqual(["/api/tasks/8/annotations/statistics"]);
});

test("of a large project the latest tasks are counted, and it says so", async () => {
  const tasks = Object.fromEntries(Array.from({ length: 230 }, (_, id) => [id + 1, [1, 0]]));
  serve(tasks as Record<number, [number, number]>);
  const use = await countLabelUse({ kind: "project", id: 2 }, new Set([1]), signal);
  expect([use.counted, use.all, use.objects.get(1)]).toEqual([200, 230, 200]);
});
