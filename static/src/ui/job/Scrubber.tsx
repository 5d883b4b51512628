import type { PointerEvent } from "react";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useJobSession } from "./jobContext";
import classes from "./PlayerBar.module.css";
import { useSignal } from "./useSignal";

/** Where in the job one is: what is loaded, keyframes of the selected track, and the way to seek. */
export function Scrubber() {
  const { t } = useTranslation("job");
  const session = useJobSession();
  const target = useSignal(session.target);
  const loaded = useSignal(session.provider.loaded);
  const line = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<number | null>(null);
  const { start, stop } = session.editor.range;
  const length = Math.max(1, stop - start);
  const percent = (frame: number) => `${((frame - start) / length) * 100}%`;

  const frameAt = (event: PointerEvent) => {
    const bounds = line.current?.getBoundingClientRect();
    if (!bounds || bounds.width === 0) return target;
    const part = Math.min(1, Math.max(0, (event.clientX - bounds.left) / bounds.width));
    return Math.round(start + part * length);
  };
  const seek = (event: PointerEvent) => {
    const frame = frameAt(event);
    setPointed(frame);
    if (event.buttons === 1 && frame !== session.target.value) void session.goTo(frame);
  };

  return (
    <div
      ref={line}
      className={classes.scrubber}
      role="slider"
      tabIndex={-1}
      aria-label={t("player.scrubber")}
      aria-valuemin={start}
      aria-valuemax={stop}
      aria-valuenow={target}
      data-testid="scrubber"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        seek(event);
      }}
      onPointerMove={seek}
      onPointerLeave={() => setPointed(null)}
    >
      <div className={classes.line} />
      {loaded.map(({ first, last }) => (
        <div
          key={first}
          className={classes.loaded}
          style={{ left: percent(first), width: percent(start + last - first) }}
        />
      ))}
      <div className={classes.passed} style={{ width: percent(target) }} />
      <RemovedMarks percent={percent} />
      <KeyframeMarks percent={percent} />
      <div className={classes.head} style={{ left: percent(target) }} />
      {pointed !== null && (
        <div className={classes.tip} style={{ left: percent(pointed) }}>
          {pointed}
        </div>
      )}
    </div>
  );
}

function KeyframeMarks({ percent }: { readonly percent: (frame: number) => string }) {
  const { editor } = useJobSession();
  useSignal(editor.selection);
  useSignal(editor.revision);
  const record = editor.active()?.record;
  if (record?.kind !== "track") return null;
  return record.keyframes
    .filter(({ frame }) => frame >= editor.range.start && frame <= editor.range.stop)
    .map(({ frame }) => (
      <div key={frame} className={classes.mark} style={{ left: percent(frame) }} />
    ));
}

function RemovedMarks({ percent }: { readonly percent: (frame: number) => string }) {
  const { removed } = useJobSession();
  return [...useSignal(removed.numbers)].map((frame) => (
    <div key={frame} className={classes.removed} style={{ left: percent(frame) }} />
  ));
}
