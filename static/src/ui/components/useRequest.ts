import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { refreshAfterRequest, requestQuery, requestsKey } from "../../api/requests";

/**
 * Follows a background request to its end; then everything that it may have changed is asked for
 * again and `onFinished` is called once.
 */
export function useRequest(id: string | null, onFinished?: (resultId: number | null) => void) {
  const queryClient = useQueryClient();
  const query = useQuery(requestQuery(id));
  const finished = query.data?.status === "finished" ? query.data : undefined;
  const told = useRef<string | null>(null);
  const callback = useRef(onFinished);
  callback.current = onFinished;

  // The list of requests, and the number beside it in the navigation, know of the new one at once.
  useEffect(() => {
    if (id) queryClient.invalidateQueries({ queryKey: [...requestsKey, "list"] });
  }, [id, queryClient]);

  useEffect(() => {
    // The same work has the same id again.
    if (!finished) told.current = null;
    if (!finished || told.current === finished.id) return;
    told.current = finished.id;
    refreshAfterRequest(queryClient).then(() => callback.current?.(finished.result_id));
  }, [finished, queryClient]);

  return query;
}
