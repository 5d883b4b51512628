import {
  IconFocusCentered,
  IconGrain,
  IconPointer,
  IconPolygon,
  IconRectangle,
  IconTimeline,
  IconZoomIn,
  IconZoomOut,
} from "@tabler/icons-react";
import { ActionButton } from "./ActionButton";
import classes from "./JobPage.module.css";
import { useJobSession } from "./jobContext";
import { TagMenu } from "./TagMenu";
import rail from "./ToolRail.module.css";
import { useSignal } from "./useSignal";

const TOOLS = [
  { id: "select", Icon: IconPointer },
  { id: "rectangle", Icon: IconRectangle },
  { id: "polygon", Icon: IconPolygon },
  { id: "polyline", Icon: IconTimeline },
  { id: "points", Icon: IconGrain },
] as const;

export function ToolRail() {
  const { editor } = useJobSession();
  const tool = useSignal(editor.tool);
  return (
    <nav className={`${classes.rail} ${rail.rail}`}>
      {TOOLS.map(({ id, Icon }) => (
        <ActionButton
          key={id}
          action={`tool.${id}`}
          active={tool?.id === id}
          size={34}
          position="right"
        >
          <Icon size={19} stroke={1.6} />
        </ActionButton>
      ))}
      <TagMenu />
      <div className={rail.space} />
      <ActionButton action="zoomIn" size={34} position="right">
        <IconZoomIn size={19} stroke={1.6} />
      </ActionButton>
      <Zoom />
      <ActionButton action="zoomOut" size={34} position="right">
        <IconZoomOut size={19} stroke={1.6} />
      </ActionButton>
      <ActionButton action="fit" size={34} position="right">
        <IconFocusCentered size={19} stroke={1.6} />
      </ActionButton>
    </nav>
  );
}

function Zoom() {
  const { editor } = useJobSession();
  const { scale } = useSignal(editor.view);
  return <output className={rail.zoom}>{Math.round(scale * 100)}%</output>;
}
