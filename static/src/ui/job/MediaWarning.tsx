import { notifications } from "@mantine/notifications";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useJobSession } from "./jobContext";
import { useSeenWarnings } from "./panels";

/** Tells an annotator what of the task's media was lost, until it is closed for the first time. */
export function MediaWarning() {
  const { t } = useTranslation("job");
  const { job, media } = useJobSession();
  const { warning } = media;
  const taskId = job.task_id;

  useEffect(() => {
    const { seen, see } = useSeenWarnings.getState();
    if (!warning || seen[taskId] === warning) return;
    const id = notifications.show({
      color: "yellow",
      autoClose: false,
      title: t("notice.mediaLost"),
      message: warning,
      closeButtonProps: { "aria-label": t("notice.close") },
      onClose: () => see(taskId, warning),
    });
    return () => {
      // Leaving the editor is not reading the notice.
      notifications.update({ id, message: warning, onClose: undefined });
      notifications.hide(id);
    };
  }, [taskId, warning, t]);

  return null;
}
