import { ActionIcon, Tooltip } from "@mantine/core";
import { IconEye, IconEyeOff, IconLock, IconLockOpen, IconMovie } from "@tabler/icons-react";
import type { MouseEvent } from "react";
import { useTranslation } from "react-i18next";
import type { FrameObject } from "../../document/frame-object";
import { MARK_COLORS } from "../../render/marks";
import { toggled } from "../../tools/visibility";
import { ActionTooltip } from "./ActionButton";
import { ColorDot } from "./ColorDot";
import { useJobSession } from "./jobContext";
import classes from "./SidePanel.module.css";
import { TypeIcon } from "./TypeIcon";
import { useSignal } from "./useSignal";

interface Props {
  readonly object: FrameObject;
  /** Pixels from the top of the list. */
  readonly top: number;
}

export function ObjectRow({ object, top }: Props) {
  const { t } = useTranslation("job");
  const { editor } = useJobSession();
  const selection = useSignal(editor.selection);
  const hovered = useSignal(editor.hovered);
  const { id, labelId, type, kind } = object;
  useSignal(editor.past);
  const mark = editor.markOf(id);
  const select = (event: MouseEvent) => {
    const more = event.shiftKey || event.ctrlKey || event.metaKey;
    const on = !editor.selection.value.has(id);
    editor.select(more ? toggled(editor.selection.value, [id], on) : [id]);
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Tab and Shift+Tab select, as in the help
    <div
      className={classes.row}
      style={{ top }}
      role="option"
      tabIndex={-1}
      aria-selected={selection.has(id)}
      data-selected={selection.has(id) || undefined}
      data-hovered={hovered === id || undefined}
      data-mark={mark ?? undefined}
      data-faint={object.outside || editor.visibility.isHidden(object) || undefined}
      data-object={id}
      onClick={select}
      onPointerEnter={() => {
        editor.hovered.value = id;
      }}
      onPointerLeave={() => {
        editor.hovered.value = null;
      }}
    >
      <ColorDot color={mark ? MARK_COLORS[mark] : editor.labels.color(labelId)} />
      <span className={classes.ordinal}>{editor.ordinal(id) || ""}</span>
      <span className={classes.name}>
        {editor.labels.name(labelId)}
        {mark === "now" && <span className={classes.since}> · {t("history:past.now")}</span>}
      </span>
      {kind === "track" && (
        <Tooltip label={t("kind.track")}>
          <IconMovie size={14} stroke={1.6} className={classes.kind} />
        </Tooltip>
      )}
      <Tooltip label={t(`type.${type}`)}>
        <span className={classes.kind} style={{ display: "inline-flex" }}>
          <TypeIcon type={type} />
        </span>
      </Tooltip>
      <Switches object={object} />
    </div>
  );
}

function Switches({ object }: { readonly object: FrameObject }) {
  const { t } = useTranslation("job");
  const { visibility } = useJobSession().editor;
  const locked = useSignal(visibility.locked).has(object.id);
  const hidden = useSignal(visibility.hidden).has(object.id);
  const flip = (signal: typeof visibility.locked, on: boolean) => (event: MouseEvent) => {
    event.stopPropagation();
    signal.value = toggled(signal.value, [object.id], on);
  };
  return (
    <span className={classes.switches}>
      <ActionTooltip action="lock" label={t(locked ? "switch.unlock" : "switch.lock")}>
        <ActionIcon
          size={24}
          className={classes.switch}
          data-on={locked || undefined}
          aria-label={t(locked ? "switch.unlock" : "switch.lock")}
          onClick={flip(visibility.locked, !locked)}
        >
          {locked ? <IconLock size={14} stroke={1.6} /> : <IconLockOpen size={14} stroke={1.6} />}
        </ActionIcon>
      </ActionTooltip>
      <ActionTooltip action="hide" label={t(hidden ? "switch.show" : "switch.hide")}>
        <ActionIcon
          size={24}
          className={classes.switch}
          data-on={hidden || undefined}
          aria-label={t(hidden ? "switch.show" : "switch.hide")}
          onClick={flip(visibility.hidden, !hidden)}
        >
          {hidden ? <IconEyeOff size={14} stroke={1.6} /> : <IconEye size={14} stroke={1.6} />}
        </ActionIcon>
      </ActionTooltip>
    </span>
  );
}
