import { Badge } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { creationQuery, isRunning } from "../../api/requests";
import type { Task } from "../../api/types";
import { StatusBadge } from "../components/StatusBadge";

/** How far the work on a task is; of one without frames, that there is nothing to work on. */
export function TaskStatus({ task }: { task: Pick<Task, "size" | "status"> }) {
  const { t } = useTranslation("tasks");
  if (task.size) return <StatusBadge kind="status" value={task.status} />;
  return <Badge color="gray">{t("media.state.none")}</Badge>;
}

/** The same, and why there are no frames: they are being read, or could not be. */
export function TaskStatusNow({ task }: { task: Task }) {
  const { t } = useTranslation("tasks");
  const { data: latest } = useQuery({ ...creationQuery(task.id), enabled: !task.size });
  if (task.size || !latest) return <TaskStatus task={task} />;
  if (isRunning(latest)) return <Badge color="sky">{t("media.state.reading")}</Badge>;
  if (latest.status === "failed") return <Badge color="red">{t("media.state.failed")}</Badge>;
  return <TaskStatus task={task} />;
}
