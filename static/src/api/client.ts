import createClient, { type Middleware } from "openapi-fetch";
import { ApiError, toApiError } from "./errors";
import type { paths } from "./generated/schema";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** Dispatched on `window` when the server says that nobody is signed in any more. */
export const SIGNED_OUT = "skylabel:signed-out";

/** The CSRF token that the server expects beside the session cookie on unsafe methods. */
export function csrfToken(cookies: string = document.cookie): string {
  return /(?:^|;\s*)csrftoken=([^;]*)/.exec(cookies)?.[1] ?? "";
}

const session: Middleware = {
  onRequest({ request }) {
    if (!SAFE_METHODS.has(request.method)) request.headers.set("X-CSRFToken", csrfToken());
    return request;
  },
  onResponse({ response }) {
    if (response.status === 401) window.dispatchEvent(new Event(SIGNED_OUT));
  },
};

/** The typed client of the server's API; every call resolves to `{data, error, response}`. */
export const api = createClient<paths>({
  baseUrl: window.location.origin,
  fetch: (request) => globalThis.fetch(request),
});
api.use(session);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/**
 * The data of a call of `api`.
 *
 * @throws {ApiError} if the server refuses, or cannot be reached (status 0).
 */
export async function answer<T>(call: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await call.catch((reason: unknown) => {
    if (reason instanceof DOMException && reason.name === "AbortError") throw reason;
    throw new ApiError(0, "");
  });
  if (!response.ok) throw toApiError(response.status, error);
  return data as T;
}

/**
 * A request that no schema describes (uploads): same cookies, CSRF token and errors as `api`.
 *
 * @throws {ApiError} if the server refuses, or cannot be reached (status 0).
 */
export async function send(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (!SAFE_METHODS.has(init.method ?? "GET")) headers.set("X-CSRFToken", csrfToken());
  const response = await fetch(path, { ...init, headers }).catch((reason: unknown) => {
    if (reason instanceof DOMException && reason.name === "AbortError") throw reason;
    throw new ApiError(0, "");
  });
  if (response.status === 401) window.dispatchEvent(new Event(SIGNED_OUT));
  if (response.ok) return response;
  const body = await response.text();
  throw toApiError(response.status, parsed(body));
}

/**
 * The JSON of a GET that no schema describes; `query` may have empty values, which are not sent.
 *
 * @throws {ApiError} as `send`.
 */
export async function read<T>(
  path: string,
  query: Readonly<Record<string, string | number>> = {},
  signal?: AbortSignal,
): Promise<T> {
  const given = Object.entries(query).filter(([, value]) => value !== "");
  const parameters = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  const address = parameters.size > 0 ? `${path}?${parameters}` : path;
  return (await (await send(address, signal ? { signal } : {})).json()) as T;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
