import { useTranslation } from "react-i18next";
import type { TrashItem } from "../../api/trash";

/** What is in a deleted thing, in words: "4 tasks, 12 jobs". */
export function useContents(): (item: TrashItem) => string {
  const { t } = useTranslation("trash");
  return ({ kind, tasks, jobs }) => {
    const parts = kind === "project" ? [t("tasks", { count: tasks })] : [];
    if (jobs !== null) parts.push(t("jobs", { count: jobs }));
    return parts.join(", ");
  };
}
