import { ApiError } from "../api/errors";

const TRIES = 6;
const FIRST_DELAY_MILLISECONDS = 400;

/** Whether the same request may succeed later: no connection, an overloaded or restarting server. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return [0, 408, 409, 429].includes(error.status) || error.status >= 500;
}

/** Waits; rejects at once with an AbortError when `signal` is aborted. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}

/**
 * Calls `attempt` until it succeeds: again after a failure that may pass, each time after a pause
 * twice as long, about 13 s in all.
 */
export async function withRetries<T>(
  attempt: (tryNumber: number) => Promise<T>,
  signal: AbortSignal,
  firstDelay: number = FIRST_DELAY_MILLISECONDS,
): Promise<T> {
  for (let tryNumber = 1; ; tryNumber++) {
    try {
      return await attempt(tryNumber);
    } catch (error) {
      signal.throwIfAborted();
      if (tryNumber === TRIES || !isPassing(error)) throw error;
      await pause(firstDelay * 2 ** (tryNumber - 1), signal);
    }
  }
}
