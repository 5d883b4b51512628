import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { viewOnFrame } from "../../document/frame-object";
import type { ClashNotice as Clash } from "../../io/autosave";
import type { JobSession } from "../../io/job-session";
import { useJobSession } from "./jobContext";
import { useSignal } from "./useSignal";

/** Tells of work brought back after a reload, and of objects that two people changed at once. */
export function ClashNotice() {
  const { t } = useTranslation("job");
  const session = useJobSession();
  const { autosave, recovered } = session;
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
      message: (
        <>
          {[...outcomes].map((outcome) => t(`notice.outcome.${outcome}`)).join(" ")}
          <Button
            variant="default"
            size="compact-xs"
            mt={8}
            display="block"
            onClick={() => void showObjects(session, clashes)}
          >
            {t("notice.show")}
          </Button>
        </>
      ),
      onClose: () => autosave.dismissClashes(),
    });
  }, [clashes, autosave, session, t]);

  return null;
}

/** Goes to where the last of the objects is, and selects them. */
async function showObjects(session: JobSession, clashes: readonly Clash[]): Promise<void> {
  const { editor } = session;
  const ids = clashes.map(({ id }) => id).filter((id) => editor.document.get(id) !== null);
  const last = editor.document.get(ids.at(-1) ?? "");
  if (!last) return;
  if (viewOnFrame(last, editor.frame.value) === null) await session.goTo(last.frame);
  editor.select(ids);
}
