import { useQuery } from "@tanstack/react-query";
import { useOutletContext } from "react-router";
import { taskJobsQuery } from "../../api/jobs";
import type { LabelParent } from "../../api/labels";
import type { Task } from "../../api/types";
import { frameLinks } from "../statistics/frameLinks";
import { StatisticsPanel } from "../statistics/StatisticsPanel";

/** Whose labels the annotations of a task use. */
export function labelParent({ id, project_id }: Pick<Task, "id" | "project_id">): LabelParent {
  return project_id ? { kind: "project", id: project_id } : { kind: "task", id };
}

export function TaskStatistics() {
  const task = useOutletContext<Task>();
  const { data: jobs = [] } = useQuery(taskJobsQuery(task.id));
  return (
    <StatisticsPanel
      of={{ kind: "task", id: task.id }}
      parent={labelParent(task)}
      frameHref={frameLinks(task.id, jobs)}
    />
  );
}
