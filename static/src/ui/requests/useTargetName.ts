import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { projectQuery } from "../../api/projects";
import { taskQuery } from "../../api/tasks";
import type { BackgroundRequest } from "../../api/types";

/** Names change rarely: turning pages does not ask for them again. */
const FRESH_MILLISECONDS = 300_000;

/** What a request works on, as people call it: `Street`, `job #4 of Street`; else by its number. */
export function useTargetName({ operation }: BackgroundRequest): string {
  const { t } = useTranslation("requests");
  const { type, target, project_id, task_id, job_id } = operation;
  const options = { staleTime: FRESH_MILLISECONDS };
  const task = useQuery({ ...taskQuery(task_id ?? 0), ...options, enabled: task_id !== null });
  const isProject = target === "project" && project_id !== null;
  const project = useQuery({ ...projectQuery(project_id ?? 0), ...options, enabled: isProject });
  const id = { project: project_id, task: task_id, job: job_id }[target];
  const name = target === "project" ? project.data?.name : task.data?.name;
  if (type === "import:backup") return t(`new.${target}`);
  return name ? t(`named.${target}`, { id, name }) : t(`target.${target}`, { id });
}
