import { expect, test, vi } from "vitest";
import { ApiError } from "../api/errors";
import { withRetries } from "./upload-retry";

const signal = new AbortController().signal;

test("what may pass is tried again until it succeeds", async () => {
  const attempt = vi
    .fn<(tryNumber: number) => Promise<string>>()
    .mockRejectedValueOnce(new ApiError(0, ""))
    .mockRejectedValueOnce(new ApiError(503, "busy"))
    .mockResolvedValue("there");
  await expect(withRetries(attempt, signal, 1)).resolves.toBe("there");
  expect(attempt.mock.calls).toEqual([[1], [2], [3]]);
});

test("a refusal is not tried again", async () => {
  const attempt = vi.fn().mockRejectedValue(new ApiError(403, "no"));
  await expect(withRetries(attempt, signal, 1)).rejects.toMatchObject({ status: 403 });
  expect(attempt).toHaveBeenCalledTimes(1);
});

test("it gives up in the end, and at once when it is stopped", async () => {
  const attempt = vi.fn().mockRejectedValue(new ApiError(500, "broken"));
  await expect(withRetries(attempt, signal, 1)).rejects.toMatchObject({ status: 500 });
  expect(attempt).toHaveBeenCalledTimes(6);
  const stop = new AbortController();
  const waiting = withRetries(attempt, stop.signal, 60_000);
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
});
