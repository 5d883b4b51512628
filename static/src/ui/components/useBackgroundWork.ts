import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { cancelRequest, forgetRequest, isRunning } from "../../api/requests";
import { useRequest } from "./useRequest";

/** What beginning a piece of work is given. */
export interface Beginning {
  /** Gives up what is on its way from this page. */
  signal: AbortSignal;
  /** The part of a file that has arrived, 0 to 1. */
  onSent: (part: number) => void;
}

/**
 * Begins work of the server and follows it to its end. What is on its way from this page stops
 * when the page is left; the server's part goes on.
 *
 * @param begin resolves to the id of the background request
 */
export function useBackgroundWork<Order>(
  begin: (order: Order, beginning: Beginning) => Promise<string>,
) {
  const queryClient = useQueryClient();
  const [sent, setSent] = useState(0);
  const stop = useRef<AbortController>(null);
  useEffect(() => () => stop.current?.abort(), []);

  const beginning = useMutation({
    mutationFn: async (order: Order) => {
      stop.current = new AbortController();
      setSent(0);
      const id = await begin(order, { signal: stop.current.signal, onSent: setSent });
      // The same work has the same id: what is known of the last time says nothing of this one.
      forgetRequest(queryClient, id);
      return id;
    },
  });
  const id = beginning.data ?? null;
  const followed = useRequest(id);
  const request = id === null ? undefined : followed.data;
  const cancelling = useMutation({
    mutationFn: (running: string) => cancelRequest(running),
    onSettled: () => followed.refetch(),
  });
  const isFailed = request?.status === "failed";
  const isFinished = request?.status === "finished";

  return {
    start: beginning.mutate,
    reset() {
      beginning.reset();
      cancelling.reset();
    },
    request,
    sent,
    isSending: beginning.isPending,
    isRunning: id !== null && !isFailed && !isFinished,
    isFailed,
    isFinished,
    error: beginning.error ?? cancelling.error ?? (id === null ? null : followed.error),
    /** While that is possible. */
    cancel: request && isRunning(request) ? () => cancelling.mutate(request.id) : undefined,
    /** Stops sending. */
    stop: () => stop.current?.abort(),
  };
}

export type BackgroundWork = Omit<ReturnType<typeof useBackgroundWork>, "start">;
