import { send } from "../api/client";

/**
 * A request of the upload protocols: JSON out, JSON in, if any.
 *
 * @throws {ApiError} if the server refuses, or cannot be reached (status 0).
 */
export async function request<T>(
  path: string,
  signal: AbortSignal,
  method: string,
  body?: object,
): Promise<T> {
  const response = await send(path, {
    method,
    signal,
    headers: body ? { "Content-Type": "application/json" } : {},
    body: body && JSON.stringify(body),
  });
  return (response.status === 204 ? undefined : await response.json()) as T;
}
