import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useBlocker } from "react-router";
import { ConfirmDialog } from "../../components/ConfirmDialog";

/** Asks before the page is left while files are being sent from it. */
export function LeaveGuard({ active }: { active: boolean }) {
  const { t } = useTranslation("tasks");
  const blocker = useBlocker(active);

  useEffect(() => {
    if (!active) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [active]);

  useEffect(() => {
    if (!active && blocker.state === "blocked") blocker.proceed();
  }, [active, blocker]);

  return (
    <ConfirmDialog
      opened={blocker.state === "blocked"}
      title={t("upload.leaveTitle")}
      text={t("upload.leaveText")}
      confirmLabel={t("upload.leave")}
      onConfirm={async () => blocker.proceed?.()}
      onClose={() => blocker.state === "blocked" && blocker.reset()}
    />
  );
}
