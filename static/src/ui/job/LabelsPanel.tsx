import { ActionIcon, Tooltip } from "@mantine/core";
import { IconEye, IconEyeOff, IconLock, IconLockOpen } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Label } from "../../document/labels";
import { toggled } from "../../tools/visibility";
import { ColorDot } from "./ColorDot";
import { useJobSession } from "./jobContext";
import classes from "./SidePanel.module.css";
import { useSignal } from "./useSignal";
import { VirtualList } from "./VirtualList";

/** All labels of the job: how many objects carry each here, and switches for all of them. */
export function LabelsPanel() {
  const { t } = useTranslation("job");
  const { editor } = useJobSession();
  const objects = useSignal(editor.objects);
  const counts = new Map<number, number>();
  for (const { labelId } of objects) counts.set(labelId, (counts.get(labelId) ?? 0) + 1);
  return (
    <VirtualList
      className={classes.list}
      items={editor.labels.labels}
      rowHeight={34}
      focus={-1}
      label={t("panel.labels")}
      keyOf={({ id }) => String(id)}
      render={(label, top) => (
        <LabelRow label={label} top={top} count={counts.get(label.id) ?? 0} />
      )}
    />
  );
}

interface RowProps {
  readonly label: Label;
  readonly top: number;
  readonly count: number;
}

function LabelRow({ label, top, count }: RowProps) {
  const { t } = useTranslation("job");
  const { editor } = useJobSession();
  const { hiddenLabels, lockedLabels } = editor.visibility;
  const hidden = useSignal(hiddenLabels).has(label.id);
  const locked = useSignal(lockedLabels).has(label.id);
  const selectAll = () => {
    const carriers = editor.objects.value.filter(({ labelId }) => labelId === label.id);
    editor.select(carriers.map(({ id }) => id));
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: selecting by label is a shortcut of the pointer
    <div
      className={classes.row}
      style={{ top }}
      role="option"
      tabIndex={-1}
      aria-selected={false}
      data-faint={hidden || undefined}
      onClick={selectAll}
    >
      <ColorDot color={label.color} />
      <span className={classes.name}>{label.name}</span>
      <span className={classes.ordinal}>{count}</span>
      <span className={classes.switches}>
        <Tooltip label={t(locked ? "switch.unlock" : "switch.lock")}>
          <ActionIcon
            size={24}
            className={classes.switch}
            data-on={locked || undefined}
            aria-label={t(locked ? "switch.unlock" : "switch.lock")}
            onClick={(event) => {
              event.stopPropagation();
              lockedLabels.value = toggled(lockedLabels.value, [label.id], !locked);
            }}
          >
            {locked ? <IconLock size={14} stroke={1.6} /> : <IconLockOpen size={14} stroke={1.6} />}
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t(hidden ? "switch.show" : "switch.hide")}>
          <ActionIcon
            size={24}
            className={classes.switch}
            data-on={hidden || undefined}
            aria-label={t(hidden ? "switch.show" : "switch.hide")}
            onClick={(event) => {
              event.stopPropagation();
              hiddenLabels.value = toggled(hiddenLabels.value, [label.id], !hidden);
            }}
          >
            {hidden ? <IconEyeOff size={14} stroke={1.6} /> : <IconEye size={14} stroke={1.6} />}
          </ActionIcon>
        </Tooltip>
      </span>
    </div>
  );
}
