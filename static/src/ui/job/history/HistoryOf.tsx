import { ActionIcon, Tooltip } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { RecordId } from "../../../document/records";
import { ColorDot } from "../ColorDot";
import { useJobSession } from "../jobContext";
import { usePanels } from "../panels";
import { useSignal } from "../useSignal";
import classes from "./History.module.css";

/** Names the object whose history is listed, and leads back to that of the job. */
export function HistoryOf({ object }: { readonly object: RecordId }) {
  const { t } = useTranslation("history");
  const { editor } = useJobSession();
  const showHistory = usePanels((panels) => panels.showHistory);
  useSignal(editor.revision);
  const past = useSignal(editor.past);
  const record = editor.document.get(object) ?? past?.comparison.document.get(object) ?? null;
  const name = record ? editor.labels.name(record.labelId) : "";
  return (
    <div className={classes.of}>
      <Tooltip label={t("ofAll")}>
        <ActionIcon size={24} aria-label={t("ofAll")} onClick={() => showHistory(null)}>
          <IconArrowLeft size={15} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
      {record && <ColorDot color={editor.labels.color(record.labelId)} />}
      <span className={classes.ofName}>
        {t("of", { name: [name, editor.ordinal(object) || ""].join(" ").trim() })}
      </span>
    </div>
  );
}
