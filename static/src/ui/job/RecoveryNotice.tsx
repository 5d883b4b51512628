import { notifications } from "@mantine/notifications";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useJobSession } from "./jobContext";

/** Tells of work brought back after a reload. */
export function RecoveryNotice() {
  const { t } = useTranslation("job");
  const { recovered } = useJobSession();

  useEffect(() => {
    if (recovered === 0) return;
    notifications.show({ id: "recovered", message: t("notice.recovered", { count: recovered }) });
  }, [recovered, t]);

  return null;
}
