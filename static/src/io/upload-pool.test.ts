import { expect, test } from "vitest";
import { runPool } from "./upload-pool";

test("everything is done, never more at once than allowed", async () => {
  let running = 0;
  let most = 0;
  const done: number[] = [];
  await runPool([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, item % 3));
    running--;
    done.push(item);
  });
  expect(done.sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(most).toBe(3);
});

test("after a failure nothing new starts, and what runs is waited for", async () => {
  const started: number[] = [];
  let finished = 0;
  const work = async (item: number) => {
    started.push(item);
    await new Promise((resolve) => setTimeout(resolve, item === 1 ? 1 : 5));
    finished++;
    if (item === 1) throw new Error("first");
  };
  await expect(runPool([1, 2, 3, 4], 2, work)).rejects.toThrow("first");
  expect(started).toEqual([1, 2]);
  expect(finished).toBe(2);
});
