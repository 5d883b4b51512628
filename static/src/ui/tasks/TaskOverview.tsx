import { useTranslation } from "react-i18next";
import { Link, useOutletContext } from "react-router";
import type { Task } from "../../api/types";
import authClasses from "../auth/AuthLayout.module.css";
import { DetailPage, Section } from "../components/DetailPage";
import { LabelsPanel } from "../components/LabelsPanel";
import { TaskDetails } from "./TaskDetails";
import { TaskJobs } from "./TaskJobs";
import { TaskMedia } from "./TaskMedia";

/** Jobs, labels and facts of a task. */
export function TaskOverview() {
  const { t } = useTranslation("tasks");
  const task = useOutletContext<Task>();
  const { id, project_id, project_name } = task;
  return (
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
  );
}
