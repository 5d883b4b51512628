import { Button, CloseButton } from "@mantine/core";
import { IconGitMerge } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useJobSession } from "../jobContext";
import { useSignal } from "../useSignal";
import { ClashEntry } from "./ClashEntry";
import classes from "./Clashes.module.css";

/** Objects that this person and somebody else changed at once: both sides, and which to keep. */
export function ClashCard() {
  const { t } = useTranslation("history");
  const { autosave, editor } = useJobSession();
  const clashes = useSignal(autosave.clashes);
  const past = useSignal(editor.past);
  if (clashes.length === 0 || past) return null;
  const isOne = clashes.length === 1;
  return (
    <section className={classes.card} aria-label={t("clash.label")} data-testid="clashes">
      <header className={classes.header}>
        <IconGitMerge size={17} stroke={1.7} />
        <span className={classes.title} role="status">
          {t("clash.title", { count: clashes.length })}
        </span>
        <CloseButton
          size="sm"
          aria-label={t("clash.keepAll")}
          title={t("clash.keepAll")}
          onClick={() => autosave.dismissClashes(clashes)}
        />
      </header>
      <div className={classes.entries}>
        {clashes.map((clash) => (
          <ClashEntry key={clash.copy ?? clash.id} clash={clash} />
        ))}
      </div>
      {!isOne && (
        <footer className={classes.footer}>
          <Button variant="subtle" color="gray" onClick={() => autosave.dismissClashes(clashes)}>
            {t("clash.keepAll")}
          </Button>
        </footer>
      )}
    </section>
  );
}
