import { annotationsPath } from "./annotated";
import { answer, api, read } from "./client";
import type { LabelParent } from "./labels";
import type { Statistics } from "./statistics";
import type { Page, Task } from "./types";

/** How many annotations labels have. */
export interface LabelUse {
  /** Objects by id of the label; labels without any are absent. */
  readonly objects: ReadonlyMap<number, number>;
  /** How many tasks have any. */
  readonly tasks: number;
  /** How many tasks were counted, and how many there are. */
  readonly counted: number;
  readonly all: number;
}

/** Of a project with more tasks the latest are counted: a question must not wait for minutes. */
const MOST_TASKS = 200;
const AT_ONCE = 4;

/** Counts the annotations that use labels of a task, or of the tasks of a project. */
export async function countLabelUse(
  parent: LabelParent,
  labelIds: ReadonlySet<number>,
  signal: AbortSignal,
): Promise<LabelUse> {
  const taskIds = parent.kind === "task" ? [parent.id] : await tasksOf(parent.id, signal);
  const waiting = taskIds.slice(0, MOST_TASKS);
  const counted = waiting.length;
  const objects = new Map<number, number>();
  let tasks = 0;

  async function work(): Promise<void> {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      const path = annotationsPath({ kind: "task", id }, "statistics");
      const { labels } = await read<Statistics>(path, {}, signal);
      const used = labels.filter((label) => labelIds.has(label.label_id) && label.objects > 0);
      for (const label of used) {
        objects.set(label.label_id, (objects.get(label.label_id) ?? 0) + label.objects);
      }
      if (used.length > 0) tasks += 1;
    }
  }

  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { objects, tasks, counted, all: taskIds.length };
}

async function tasksOf(projectId: number, signal: AbortSignal): Promise<number[]> {
  const query = { project_id: projectId, page_size: "all", sort: "-id" };
  const page = (await answer(
    api.GET("/api/tasks", { params: { query }, signal }),
  )) as unknown as Page<Task>;
  return page.results.filter(({ size }) => size).map(({ id }) => id);
}
