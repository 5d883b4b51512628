import { Button, CloseButton } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { RelativeTime } from "../../components/RelativeTime";
import { useJobSession } from "../jobContext";
import { usePanels } from "../panels";
import { useSignal } from "../useSignal";
import classes from "./Bars.module.css";
import { useClientName, usePersonName } from "./useNames";

/** Tells that somebody replaced everything while this job was open, and offers what was there. */
export function OverwriteNotice() {
  const { t } = useTranslation("history");
  const { autosave, past, editor } = useJobSession();
  const open = usePanels((panels) => panels.open);
  const person = usePersonName();
  const program = useClientName();
  useSignal(autosave.heard);
  const shown = useSignal(editor.past);
  const replacement = autosave.replacement();
  if (!replacement || shown) return null;
  const { owner, client, deleted, revision, created_date } = replacement;
  const kept = autosave.survived().length;
  const before = revision - 1;
  const show = () => past.show(before);
  const restore = async () => {
    await show();
    if (editor.past.value?.revision === before) open("restore");
  };
  return (
    <section className={classes.bar} data-tone="warn" role="alert" data-testid="overwrite-notice">
      <IconAlertTriangle size={18} stroke={1.7} className={classes.icon} />
      <div className={classes.text}>
        <div className={classes.title}>
          {t("overwrite.title", { name: person(owner), count: deleted })}
        </div>
        <div className={classes.facts}>
          {program(client)} · <RelativeTime date={created_date} />
          {kept > 0 && ` · ${t("overwrite.kept", { count: kept })}`}
        </div>
      </div>
      <Button variant="default" onClick={() => void show()}>
        {t("overwrite.show")}
      </Button>
      <Button onClick={() => void restore()}>{t("overwrite.restore")}</Button>
      <CloseButton
        size="sm"
        aria-label={t("overwrite.dismiss")}
        onClick={() => autosave.dismissReplacement()}
      />
    </section>
  );
}
