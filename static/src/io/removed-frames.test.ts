import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RemovedFrames } from "./removed-frames";

let sent: number[][];
let refuse: boolean;

beforeEach(() => {
  sent = [];
  refuse = false;
  vi.stubGlobal("fetch", async (_path: string, init: RequestInit) => {
    sent.push(JSON.parse(String(init.body)).deleted_frames);
    return refuse ? new Response('{"detail":"no"}', { status: 403 }) : Response.json({});
  });
});
afterEach(() => vi.unstubAllGlobals());

test("each change tells the server all removed frames, in order", async () => {
  const removed = new RemovedFrames(1, [9]);
  await Promise.all([removed.set(4, true), removed.set(2, true), removed.set(9, false)]);
  expect(sent.at(-1)).toEqual([2, 4]);
  expect([...removed.numbers.value].toSorted()).toEqual([2, 4]);
});

test("nothing is sent for what is so already", async () => {
  const removed = new RemovedFrames(1, [9]);
  await removed.set(9, true);
  await removed.set(8, false);
  expect(sent).toEqual([]);
});

test("what the server refuses is taken back", async () => {
  refuse = true;
  const removed = new RemovedFrames(1, []);
  await expect(removed.set(3, true)).rejects.toThrow("no");
  expect(removed.has(3)).toBe(false);
  refuse = false;
  await removed.set(5, true);
  expect(sent.at(-1)).toEqual([5]);
});
