import { type KeyboardEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { FrameStatistics, Stretch } from "../../api/statistics";
import { formatNumber } from "../../i18n/format";
import classes from "./Statistics.module.css";

/** Pixels of a bar when there are few frames. */
const WIDEST = 48;

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

/** Objects on one of its frames. */
function average({ start, stop, objects }: Stretch): number {
  return objects / (stop - start + 1);
}

interface Props {
  frames: FrameStatistics;
  /** Where an editor shows a frame; undefined if no job has it. */
  href: (frame: number) => string | undefined;
}

/** How many objects the frames show; each bar leads into the editor at its first such frame. */
export function FramesChart({ frames, href }: Props) {
  const { t, i18n } = useTranslation("statistics");
  const [active, setActive] = useState(0);
  const [shown, setShown] = useState<number | null>(null);
  const bars = useRef<HTMLDivElement>(null);
  const { histogram } = frames;
  const top = Math.max(...histogram.map(average), Number.MIN_VALUE);
  const number = (value: number) => formatNumber(value, i18n.language);

  function said({ start, stop, annotated, objects }: Stretch): string {
    const values = { count: objects, number: number(objects) };
    if (start === stop) return t("bar", { ...values, frame: number(start) });
    const stretch = { first: number(start), last: number(stop), annotated: number(annotated) };
    return t("bars", { ...values, ...stretch, total: number(stop - start + 1) });
  }

  function move(event: KeyboardEvent) {
    const last = histogram.length - 1;
    const ends: Record<string, number> = { Home: 0, End: last };
    const next = ends[event.key] ?? active + (STEPS[event.key] ?? 0);
    if (!(event.key in ends) && !(event.key in STEPS)) return;
    event.preventDefault();
    const index = Math.min(last, Math.max(0, next));
    setActive(index);
    bars.current?.querySelectorAll<HTMLElement>("[data-bar]")[index]?.focus();
  }

  const rounded = new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 });
  const bar = shown === null ? undefined : histogram[shown];
  return (
    <section className={classes.frames} aria-label={t("frames")}>
      <div className={classes.chartHead}>
        <h2>{t("frames")}</h2>
        <span className={classes.readout} aria-live="off">
          {bar ? said(bar) : t("framesHint")}
        </span>
      </div>
      <div className={classes.chart} style={{ maxWidth: histogram.length * WIDEST }}>
        <span className={classes.top}>{rounded.format(top)}</span>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: arrows move among the links in it */}
        <div
          ref={bars}
          className={classes.bars}
          onKeyDown={move}
          onMouseLeave={() => setShown(null)}
        >
          {histogram.map((one, index) => (
            <Bar
              key={one.start}
              height={average(one) / top}
              label={said(one)}
              href={href(one.start)}
              tabbable={index === active}
              onShow={() => setShown(index)}
            />
          ))}
        </div>
        <span className={classes.firstFrame}>{number(histogram[0]?.start ?? 0)}</span>
        {histogram.length > 1 && (
          <span className={classes.lastFrame}>{number(histogram.at(-1)?.stop ?? 0)}</span>
        )}
      </div>
    </section>
  );
}

interface BarProps {
  /** From 0 to 1. */
  height: number;
  label: string;
  href: string | undefined;
  tabbable: boolean;
  onShow: () => void;
}

function Bar({ height, label, href, tabbable, onShow }: BarProps) {
  return (
    <Link
      data-bar
      to={href ?? ""}
      className={classes.bar}
      aria-label={label}
      tabIndex={tabbable ? 0 : -1}
      onMouseEnter={onShow}
      onFocus={onShow}
    >
      <span style={{ height: `${height * 100}%` }} data-empty={height === 0 || undefined} />
    </Link>
  );
}
