import { useTranslation } from "react-i18next";
import type { Comparison } from "../../../document/comparison";
import { MARK_COLORS } from "../../../render/marks";
import classes from "./Bars.module.css";

interface Props {
  readonly counts: Comparison["counts"];
  /** The colours are not on the canvas now. */
  readonly isFaint: boolean;
}

const MARKS = ["gone", "changed", "new"] as const;

/** What the colours on the canvas mean, and how many objects have each in the whole job. */
export function Legend({ counts, isFaint }: Props) {
  const { t } = useTranslation("history");
  const some = MARKS.filter((mark) => counts[mark] > 0);
  if (some.length === 0) return <span className={classes.legend}>{t("past.same")}</span>;
  return (
    <ul className={classes.legend} data-faint={isFaint || undefined}>
      {some.map((mark) => (
        <li key={mark}>
          <span
            className={classes.swatch}
            data-dashed={mark === "new" || undefined}
            style={{ borderColor: MARK_COLORS[mark] }}
          />
          {t(`past.${mark}`, { count: counts[mark] })}
        </li>
      ))}
    </ul>
  );
}
