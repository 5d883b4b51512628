import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { taskQuery } from "../../api/tasks";
import type { Task } from "../../api/types";
import authClasses from "../auth/AuthLayout.module.css";
import { DatasetActions } from "../components/DatasetActions";
import { DetailPage, Section } from "../components/DetailPage";
import { ErrorState } from "../components/ErrorState";
import { LabelsPanel } from "../components/LabelsPanel";
import { PageHeader } from "../components/PageHeader";
import { PageSkeleton } from "../components/PageSkeleton";
import { useDeletion, useTrashTerm } from "../trash/useDeletion";
import { TaskDetails } from "./TaskDetails";
import { TaskJobs } from "./TaskJobs";
import { TaskMedia } from "./TaskMedia";
import { TaskStatusNow } from "./TaskStatus";

export function TaskPage() {
  const id = Number(useParams().tid);
  const query = useQuery(taskQuery(id));
  if (query.error) return <ErrorState error={query.error} onRetry={query.refetch} />;
  if (!query.data) return <PageSkeleton />;
  return <LoadedTask task={query.data} />;
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
            deletion={{
              title: t("delete.title", { name }),
              text: `${t("delete.text")} ${term}`,
              run: remove,
            }}
          />
        }
      />
      <DetailPage side={<TaskDetails task={task} />}>
        {task.size ? <TaskJobs taskId={id} /> : <TaskMedia task={task} />}
        <Section title={t("labels:title")}>
          {project_id ? (
            <p>
              {t("labelsOfProject")}{" "}
              <Link to={`/projects/${project_id}`} className={authClasses.link}>
                {project_name}
              </Link>
            </p>
          ) : (
            <LabelsPanel parent={{ kind: "task", id }} />
          )}
        </Section>
      </DetailPage>
    </>
  );
}
