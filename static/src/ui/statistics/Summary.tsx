import { useTranslation } from "react-i18next";
import type { Statistics } from "../../api/statistics";
import { formatNumber, formatPercent } from "../../i18n/format";
import classes from "./Statistics.module.css";

/** The totals in one line. */
export function Summary({ statistics }: { statistics: Statistics }) {
  const { t, i18n } = useTranslation("statistics");
  const { total, labels, sources, frames } = statistics;
  const number = (value: number) => formatNumber(value, i18n.language);
  const counted = (key: "shapes" | "tracks" | "tags" | "keyframes" | "interpolated") =>
    t(key, { count: total[key], number: number(total[key]) });
  const share = frames.total > 0 ? frames.annotated / frames.total : 0;
  const empty = frames.total - frames.annotated;
  return (
    <dl className={classes.summary}>
      <Figure name={t("objects")} value={number(total.objects)}>
        {(["shapes", "tracks", "tags"] as const).map(counted).join(" · ")}
      </Figure>
      {total.tracks > 0 && (
        <Figure name={t("onTracks")} value={number(total.keyframes + total.interpolated)}>
          {(["keyframes", "interpolated"] as const).map(counted).join(" · ")}
        </Figure>
      )}
      <Figure
        name={t("annotatedFrames")}
        value={number(frames.annotated)}
        of={t("ofFrames", { number: number(frames.total) })}
      >
        {t("emptyFrames", {
          count: empty,
          number: number(empty),
          share: formatPercent(share, i18n.language),
        })}
      </Figure>
      <Figure
        name={t("usedLabels")}
        value={number(labels.filter(({ objects }) => objects > 0).length)}
        of={t("ofLabels", { number: number(labels.length) })}
      />
      <div className={classes.figure}>
        <dt>{t("sources")}</dt>
        <dd className={classes.sources}>
          {mostFirst(sources).map(([name, count]) => (
            <span key={name}>
              {t(`source.${name}`, { defaultValue: name })} <b>{number(count)}</b>
            </span>
          ))}
        </dd>
      </div>
    </dl>
  );
}

function mostFirst(sources: Statistics["sources"]): [string, number][] {
  return Object.entries(sources).sort(([, one], [, other]) => other - one);
}

interface FigureProps {
  name: string;
  value: string;
  of?: string;
  children?: string;
}

function Figure({ name, value, of, children }: FigureProps) {
  return (
    <div className={classes.figure}>
      <dt>{name}</dt>
      <dd>
        <b className={classes.value}>{value}</b> {of && <span className={classes.of}>{of}</span>}
        {children && <div className={classes.detail}>{children}</div>}
      </dd>
    </div>
  );
}
