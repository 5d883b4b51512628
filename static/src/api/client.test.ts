import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { answer, api, csrfToken, SIGNED_OUT, send } from "./client";
import { ApiError } from "./errors";

const fetched = vi.fn<(request: Request | string, init?: RequestInit) => Promise<Response>>();

beforeEach(() => {
  fetched.mockReset();
  vi.stubGlobal("fetch", fetched);
  // biome-ignore lint/suspicious/noDocumentCookie: the server sets it; tests have no server
  document.cookie = "csrftoken=token-1";
});

afterEach(() => vi.unstubAllGlobals());

test("the CSRF token is read from among other cookies", () => {
  expect(csrfToken("a=1; csrftoken=xyz; b=2")).toBe("xyz");
  expect(csrfToken("notcsrftoken=1")).toBe("");
});

test("changing requests carry the CSRF token, reading ones do not", async () => {
  fetched.mockImplementation(async () => Response.json({}));
  await answer(api.GET("/api/users/self", {}));
  await answer(api.POST("/api/auth/logout", {}));
  await send("/api/tasks/1/data/", { method: "POST" });
  await send("/api/tasks/1/data/");
  const tokens = fetched.mock.calls.map(([request, init]) =>
    (request instanceof Request ? request.headers : new Headers(init?.headers)).get("X-CSRFToken"),
  );
  expect(tokens).toEqual([null, "token-1", "token-1", null]);
});

test("a refusal is thrown with its status, message and fields", async () => {
  fetched.mockImplementation(async () => Response.json({ name: ["Taken."] }, { status: 400 }));
  const refusal = { status: 400, message: "Taken.", fields: { name: "Taken." } };
  await expect(answer(api.POST("/api/auth/logout", {}))).rejects.toMatchObject(refusal);
  await expect(send("/api/x", { method: "POST" })).rejects.toMatchObject(refusal);
});

test("the application hears that nobody is signed in any more", async () => {
  fetched.mockImplementation(async () => Response.json({ detail: "No." }, { status: 401 }));
  const heard = vi.fn();
  window.addEventListener(SIGNED_OUT, heard);
  await expect(answer(api.GET("/api/users/self", {}))).rejects.toBeInstanceOf(ApiError);
  await expect(send("/api/x")).rejects.toBeInstanceOf(ApiError);
  window.removeEventListener(SIGNED_OUT, heard);
  expect(heard).toHaveBeenCalledTimes(2);
});

test("a server out of reach is status 0", async () => {
  fetched.mockRejectedValue(new TypeError("Failed to fetch"));
  await expect(answer(api.GET("/api/users/self", {}))).rejects.toMatchObject({ status: 0 });
  await expect(send("/api/x")).rejects.toMatchObject({ status: 0 });
});
