import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "../../api/errors";

const RETRIES = 2;

/** Asks again only when asking again can help: the server was out of reach, busy or broken. */
function worthRetrying(failures: number, error: Error): boolean {
  const status = error instanceof ApiError ? error.status : 0;
  return failures < RETRIES && (status === 0 || status === 429 || status >= 500);
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: worthRetrying, staleTime: 5_000 },
    },
  });
}
