import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { deleteProject, projectQuery } from "../../api/projects";
import { deleteTask, taskQuery } from "../../api/tasks";
import { trashTermQuery } from "../../api/trash";
import { notifyDeleted } from "./DeletedNotice";
import { type Restorable, refreshAfterTrash } from "./useRestore";

/** How long what is deleted can be restored, as the last sentence of a question. */
export function useTrashTerm(): string {
  const { t } = useTranslation("trash");
  const { data: days } = useQuery(trashTermQuery);
  if (days === undefined) return "";
  if (days === 0) return t("term.none");
  return days < 1
    ? t("term.hours", { count: Math.max(1, Math.round(days * 24)) })
    : t("term.days", { count: Math.round(days) });
}

/**
 * Deletes a project or task, leads to another page, and offers to undo it. Nothing to undo is
 * offered where nothing is kept.
 */
export function useDeletion(item: Restorable, next: string): () => Promise<void> {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { kind, number } = item;
  return async () => {
    const days = await queryClient.fetchQuery(trashTermQuery);
    await (kind === "task" ? deleteTask(number) : deleteProject(number));
    await navigate(next);
    const { queryKey } = kind === "task" ? taskQuery(number) : projectQuery(number);
    queryClient.removeQueries({ queryKey });
    if (days > 0) notifyDeleted(item);
    await refreshAfterTrash(queryClient);
  };
}
