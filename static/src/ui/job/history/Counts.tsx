import { useTranslation } from "react-i18next";
import { formatNumber } from "../../../i18n/format";
import classes from "./History.module.css";

interface Props {
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
}

const SIGNS = { created: "+", updated: "~", deleted: "−" } as const;

/** How many objects a save created, changed and deleted. */
export function Counts({ created, updated, deleted }: Props) {
  const { t, i18n } = useTranslation("history");
  const counts = { created, updated, deleted };
  const names = ["created", "updated", "deleted"] as const;
  const some = names.filter((name) => counts[name] > 0);
  const said = some.map((name) => t(`counts.${name}`, { count: counts[name] })).join(", ");
  return (
    <span className={classes.counts} role="img" aria-label={said || t("counts.none")} title={said}>
      {some.length === 0 && "0"}
      {some.map((name) => (
        <span key={name} data-count={name}>
          {SIGNS[name]}
          {formatNumber(counts[name], i18n.language)}
        </span>
      ))}
    </span>
  );
}
