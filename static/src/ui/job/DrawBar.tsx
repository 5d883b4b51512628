import { Kbd, SegmentedControl, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ActionTooltip } from "./ActionButton";
import classes from "./DrawBar.module.css";
import { useJobSession } from "./jobContext";
import { LabelSelect } from "./LabelSelect";
import { useSignal } from "./useSignal";

/** While a drawing tool is in hand: what the next object will be, and which keys help. */
export function DrawBar() {
  const { t } = useTranslation("job");
  const { editor } = useJobSession();
  const tool = useSignal(editor.tool);
  const drawing = useSignal(editor.drawing);
  const isDrawing = useSignal(editor.preview) !== null;
  if (!tool || tool.id === "select") return null;
  return (
    <div
      className={classes.bar}
      role="toolbar"
      aria-label={t("draw.label")}
      data-drawing={isDrawing || undefined}
    >
      <LabelSelect
        type={tool.id}
        value={drawing.labelId}
        width={168}
        onChange={(labelId) => {
          editor.drawing.value = { ...drawing, labelId };
        }}
      />
      <ActionTooltip action="toggleTrackMode">
        <SegmentedControl
          value={drawing.mode}
          aria-label={t("draw.mode")}
          data={[
            { value: "shape", label: t("draw.shape") },
            { value: "track", label: t("draw.track") },
          ]}
          onChange={(mode) => {
            editor.drawing.value = { ...drawing, mode: mode as "shape" | "track" };
          }}
        />
      </ActionTooltip>
      <Text span size="xs" c="dimmed" className={classes.hint}>
        {tool.id === "rectangle" ? t("draw.rectangleHint") : t("draw.pathHint")}
        <Kbd size="xs">{tool.id === "rectangle" ? "Esc" : "N"}</Kbd>
      </Text>
    </div>
  );
}
