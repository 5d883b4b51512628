import {
  IconBlob,
  IconCube,
  IconGrain,
  IconOvalVertical,
  IconPolygon,
  IconRectangle,
  IconStretching,
  IconTag,
  IconTimeline,
} from "@tabler/icons-react";
import type { FrameObject } from "../../document/frame-object";

const ICONS = {
  rectangle: IconRectangle,
  polygon: IconPolygon,
  polyline: IconTimeline,
  points: IconGrain,
  ellipse: IconOvalVertical,
  cuboid: IconCube,
  mask: IconBlob,
  skeleton: IconStretching,
  tag: IconTag,
} as const;

export function TypeIcon({ type }: { readonly type: FrameObject["type"] }) {
  const Icon = ICONS[type];
  return <Icon size={14} stroke={1.6} />;
}
