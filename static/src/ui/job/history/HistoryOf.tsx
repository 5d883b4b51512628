import { ActionIcon, Tooltip } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { ColorDot } from "../ColorDot";
import type { HistoryObject } from "../panels";
import { usePanels } from "../panels";
import classes from "./History.module.css";

/** Names the object whose history is listed, and leads back to that of the job. */
export function HistoryOf({ object }: { readonly object: HistoryObject }) {
  const { t } = useTranslation("history");
  const showHistory = usePanels((panels) => panels.showHistory);
  return (
    <div className={classes.of}>
      <Tooltip label={t("ofAll")}>
        <ActionIcon size={24} aria-label={t("ofAll")} onClick={() => showHistory(null)}>
          <IconArrowLeft size={15} stroke={1.6} />
        </ActionIcon>
      </Tooltip>
      <ColorDot color={object.color} />
      <span className={classes.ofName}>{t("of", { name: object.name })}</span>
    </div>
  );
}
