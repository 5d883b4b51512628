import { useQuery } from "@tanstack/react-query";
import { creationQuery } from "../../api/requests";
import { useRequest } from "../components/useRequest";

/** The latest request that makes frames for a task without any; when it ends, they are shown. */
export function useTaskCreation(taskId: number) {
  const { data: latest } = useQuery(creationQuery(taskId));
  // Also one that the list says is finished: the task was asked for before that.
  useRequest(latest && latest.status !== "failed" ? latest.id : null);
  return latest;
}
