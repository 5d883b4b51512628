import { useOutletContext } from "react-router";
import type { Task } from "../../api/types";
import { RevisionsPanel } from "../revisions/RevisionsPanel";

export function TaskHistory() {
  const { id } = useOutletContext<Task>();
  return <RevisionsPanel of={{ kind: "task", id }} taskId={id} />;
}
