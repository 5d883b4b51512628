import { notifications } from "@mantine/notifications";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { summarised } from "../../io/damage";
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
    const { missing, others } = summarised(damaged);
    const sentences = [...others, t("notice.damagedAdvice")];
    if (missing) {
      const { count, first, last } = missing;
      const key = last === null ? "notice.missingFrom" : "notice.missing";
      sentences.unshift(t(key, { count, first, last }));
    }
    const id = notifications.show({
      color: "red",
      autoClose: false,
      title: t("notice.damaged"),
      message: sentences.join(" "),
      closeButtonProps: { "aria-label": t("notice.close") },
    });
    return () => {
      notifications.hide(id);
    };
  }, [damaged, t]);

  return null;
}
