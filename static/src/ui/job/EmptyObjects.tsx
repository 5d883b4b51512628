import { Kbd } from "@mantine/core";
import { IconPolygon } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { actionById } from "../../actions/registry";
import { shortcutText } from "../../actions/shortcut";
import classes from "./SidePanel.module.css";

const FIRST_STEPS = ["draw", "nextFrame", "paste", "help"] as const;

/** What to do on a frame that has nothing yet. */
export function EmptyObjects() {
  const { t } = useTranslation("job");
  return (
    <div className={`${classes.list} ${classes.empty}`}>
      <IconPolygon size={26} stroke={1.4} />
      <p className={classes.emptyTitle}>{t("panel.empty")}</p>
      <dl className={classes.steps}>
        {FIRST_STEPS.map((id) => {
          const [shortcut] = actionById(id).shortcuts;
          return (
            <div key={id} className={classes.step}>
              <dt>{t(`actions.${id}`)}</dt>
              <dd>{shortcut && <Kbd size="xs">{shortcutText(shortcut)}</Kbd>}</dd>
            </div>
          );
        })}
      </dl>
    </div>
  );
}
