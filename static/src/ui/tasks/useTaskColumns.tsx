import { Group, Progress, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Task } from "../../api/types";
import { formatNumber } from "../../i18n/format";
import listClasses from "../components/list/List.module.css";
import type { Column } from "../components/list/ListTable";
import { Preview } from "../components/Preview";
import { RelativeTime } from "../components/RelativeTime";
import { TaskStatus } from "./TaskStatus";

/** The picture that stands for a task; undefined until it has frames. */
export function taskPreview(task: Task): string | undefined {
  return task.size ? `/api/tasks/${task.id}/preview` : undefined;
}

export function useTaskColumns(): Column<Task>[] {
  const { t, i18n } = useTranslation("tasks");
  return [
    {
      key: "name",
      header: t("column.name"),
      sort: "name",
      render: (task) => (
        <Group gap={10} wrap="nowrap">
          <Preview src={taskPreview(task)} />
          <span className={listClasses.main}>
            <Link to={`/tasks/${task.id}`}>{task.name}</Link>
          </span>
        </Group>
      ),
    },
    {
      key: "project",
      header: t("column.project"),
      width: 150,
      sort: "project_name",
      render: ({ project_id, project_name }) =>
        project_id && <Link to={`/projects/${project_id}`}>{project_name}</Link>,
    },
    {
      key: "status",
      header: t("column.status"),
      width: 118,
      sort: "status",
      render: (task) => <TaskStatus task={task} />,
    },
    {
      key: "progress",
      header: t("column.progress"),
      width: 150,
      render: ({ jobs }) => (
        <JobsProgress count={jobs.count ?? 0} completed={jobs.completed ?? 0} />
      ),
    },
    {
      key: "size",
      header: t("column.size"),
      width: 86,
      render: ({ size }) => formatNumber(size ?? 0, i18n.language),
    },
    {
      key: "updated",
      header: t("column.updated"),
      width: 150,
      sort: "updated_date",
      render: ({ updated_date }) => <RelativeTime date={updated_date} />,
    },
  ];
}

function JobsProgress({ count, completed }: { count: number; completed: number }) {
  const { t } = useTranslation("tasks");
  const text = t("jobsDone", { completed, count });
  return (
    <Group gap={8} wrap="nowrap" title={text}>
      <Progress
        w={56}
        size="sm"
        color="teal"
        value={count ? (completed / count) * 100 : 0}
        aria-label={text}
      />
      <Text c="dimmed" fz={12} className="tabular">
        {completed}/{count}
      </Text>
    </Group>
  );
}
