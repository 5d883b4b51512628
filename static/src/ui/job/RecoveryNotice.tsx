import { notifications } from "@mantine/notifications";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useJobSession } from "./jobContext";

/** Tells of work brought back after a reload, and of annotations that the server cannot read. */
export function RecoveryNotice() {
  const { t } = useTranslation("job");
  const { recovered, damaged } = useJobSession();

  useEffect(() => {
    if (recovered === 0) return;
    notifications.show({ id: "recovered", message: t("notice.recovered", { count: recovered }) });
  }, [recovered, t]);

  useEffect(() => {
    if (damaged.length === 0) return;
    const id = notifications.show({
      color: "red",
      autoClose: false,
      title: t("notice.damaged"),
      message: [...damaged, t("notice.damagedAdvice")].join(" "),
      closeButtonProps: { "aria-label": t("notice.close") },
    });
    return () => {
      notifications.hide(id);
    };
  }, [damaged, t]);

  return null;
}
