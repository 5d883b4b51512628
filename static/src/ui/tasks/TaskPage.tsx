import { useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Outlet, useParams } from "react-router";
import { cloudOf } from "../../api/storages";
import { taskQuery } from "../../api/tasks";
import type { Task } from "../../api/types";
import { ErrorState } from "../components/ErrorState";
import { PageHeader } from "../components/PageHeader";
import { PageSkeleton } from "../components/PageSkeleton";
import { type PageTab, PageTabs } from "../components/PageTabs";
import { DatasetActions } from "../datasets/DatasetActions";
import { useDeletion, useTrashTerm } from "../trash/useDeletion";
import { TaskStatusNow } from "./TaskStatus";

/** The frame of a task's page; its parts are routes of their own. */
export function TaskPage() {
  const id = Number(useParams().tid);
  const query = useQuery(taskQuery(id));
  if (query.error) return <ErrorState error={query.error} onRetry={query.refetch} />;
  if (!query.data) return <PageSkeleton />;
  return <LoadedTask task={query.data} />;
}

function taskTabs(id: number, t: TFunction<"tasks">): PageTab[] {
  return [
    { label: t("tabs.overview"), to: `/tasks/${id}`, shortcut: "o" },
    { label: t("statistics:title"), to: `/tasks/${id}/statistics`, shortcut: "s" },
    { label: t("taskHistory:title"), to: `/tasks/${id}/history`, shortcut: "h" },
  ];
}

function LoadedTask({ task }: { task: Task }) {
  const { t } = useTranslation("tasks");
  const { id, name, project_id, project_name } = task;
  const term = useTrashTerm();
  const parent = project_id ? `/projects/${project_id}` : "/tasks";
  const remove = useDeletion({ kind: "task", number: id, name }, parent);

  const trail = project_id
    ? [
        { label: t("projects:title"), to: "/projects" },
        { label: project_name ?? "", to: `/projects/${project_id}` },
      ]
    : [{ label: t("title"), to: "/tasks" }];
  return (
    <>
      <PageHeader
        title={name}
        trail={trail}
        aside={<TaskStatusNow task={task} />}
        actions={
          <DatasetActions
            target="task"
            id={id}
            dimension={task.dimension}
            storageId={cloudOf(task.target_storage)}
            deletion={{
              title: t("delete.title", { name }),
              text: `${t("delete.text")} ${term}`,
              run: remove,
            }}
          />
        }
      />
      <PageTabs label={t("tabs.label")} tabs={taskTabs(id, t)} />
      <Outlet context={task} />
    </>
  );
}
