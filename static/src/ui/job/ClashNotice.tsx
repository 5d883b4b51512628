import { notifications } from "@mantine/notifications";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useJobSession } from "./jobContext";
import { useSignal } from "./useSignal";

/** Tells of work brought back after a reload, and of objects that two people changed at once. */
export function ClashNotice() {
  const { t } = useTranslation("job");
  const { autosave, recovered } = useJobSession();
  const clashes = useSignal(autosave.clashes);

  useEffect(() => {
    if (recovered === 0) return;
    notifications.show({ id: "recovered", message: t("notice.recovered", { count: recovered }) });
  }, [recovered, t]);

  useEffect(() => {
    if (clashes.length === 0) return;
    const outcomes = new Set(clashes.map(({ outcome }) => outcome));
    notifications.show({
      id: "clashes",
      color: "yellow",
      autoClose: false,
      title: t("notice.clashes", { count: clashes.length }),
      message: [...outcomes].map((outcome) => t(`notice.outcome.${outcome}`)).join(" "),
      onClose: () => autosave.dismissClashes(),
    });
  }, [clashes, autosave, t]);

  return null;
}
