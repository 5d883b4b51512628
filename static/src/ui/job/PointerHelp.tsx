import { useTranslation } from "react-i18next";
import classes from "./CommandPalette.module.css";

const GESTURES = [
  "zoom",
  "pan",
  "panAnywhere",
  "selectMore",
  "addVertex",
  "removeVertex",
  "turnInSteps",
] as const;

/** What the pointer does beside clicking and dragging. */
export function PointerHelp() {
  const { t } = useTranslation("job");
  return (
    <section className={classes.group}>
      <h3 className={classes.title}>{t("pointer.title")}</h3>
      {GESTURES.map((gesture) => (
        <div key={gesture} className={classes.entry}>
          <span>{t(`pointer.${gesture}.name`)}</span>
          <span className={classes.how}>{t(`pointer.${gesture}.how`)}</span>
        </div>
      ))}
    </section>
  );
}
