import { Alert } from "@mantine/core";
import { IconAlertTriangle, IconBox } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { tasksKey, updateTask } from "../../api/tasks";
import type { Task } from "../../api/types";
import { formatNumber } from "../../i18n/format";
import { DetailList } from "../components/DetailList";
import { EditableText } from "../components/EditableText";
import { Preview } from "../components/Preview";
import { RelativeTime } from "../components/RelativeTime";
import { UserSelect } from "../components/UserSelect";
import { TaskStorage } from "./TaskStorage";
import { taskPreview } from "./useTaskColumns";

export function TaskDetails({ task }: { task: Task }) {
  const { t, i18n } = useTranslation("tasks");
  const queryClient = useQueryClient();
  const update = useMutation({
    mutationFn: (change: Parameters<typeof updateTask>[1]) => updateTask(task.id, change),
    onSettled: () => queryClient.invalidateQueries({ queryKey: tasksKey }),
  });
  const number = (value: number | null) => formatNumber(value ?? 0, i18n.language);
  return (
    <>
      <Preview src={taskPreview(task)} large />
      {task.data_warning && (
        <Alert
          color="yellow"
          variant="light"
          mt={14}
          icon={<IconAlertTriangle size={16} />}
          title={t("media.warning")}
        >
          {task.data_warning}
        </Alert>
      )}
      {task.dimension === "3d" && (
        <Alert
          color="gray"
          variant="light"
          mt={14}
          icon={<IconBox size={16} />}
          title={t("job:points.title")}
        >
          {t("job:points.text")}
        </Alert>
      )}
      <div style={{ height: 14 }} />
      <DetailList
        items={[
          { name: t("column.id"), value: task.id },
          {
            name: t("column.name"),
            value: (
              <EditableText
                value={task.name}
                maxLength={256}
                onSave={(name) => name && update.mutate({ name })}
              />
            ),
          },
          {
            name: t("common:assignee.label"),
            value: (
              <UserSelect
                value={task.assignee}
                onChange={(assignee_id) => update.mutate({ assignee_id })}
              />
            ),
          },
          {
            name: t("subset"),
            value: (
              <EditableText
                value={task.subset}
                maxLength={64}
                onSave={(subset) => update.mutate({ subset })}
              />
            ),
          },
          { name: t("column.owner"), value: task.owner?.username ?? "" },
          { name: t("column.mode"), value: <MediaKind task={task} /> },
          ...(task.data_cloud_storage_id === null
            ? []
            : [
                {
                  name: t("storage.label"),
                  value: <TaskStorage taskId={task.id} storageId={task.data_cloud_storage_id} />,
                },
              ]),
          { name: t("column.size"), value: number(task.size) },
          { name: t("column.segment"), value: number(task.segment_size) },
          { name: t("column.overlap"), value: number(task.overlap) },
          { name: t("column.quality"), value: task.image_quality ?? "–" },
          { name: t("column.created"), value: <RelativeTime date={task.created_date} /> },
          { name: t("column.updated"), value: <RelativeTime date={task.updated_date} /> },
          {
            name: t("bugTracker"),
            value: (
              <EditableText
                value={task.bug_tracker}
                maxLength={2000}
                onSave={(bug_tracker) => update.mutate({ bug_tracker })}
              />
            ),
          },
        ]}
      />
    </>
  );
}

function MediaKind({ task }: { task: Task }) {
  const { t } = useTranslation("tasks");
  if (!task.mode) return "–";
  return task.dimension === "3d" ? t("mode.points") : t(`mode.${task.mode}`);
}
