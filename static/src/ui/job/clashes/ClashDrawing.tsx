import { viewOnFrame } from "../../../document/frame-object";
import type { AnnotationRecord } from "../../../document/records";
import { boxOf } from "../../../geometry/box";
import type { Outline } from "../../../render/outline";
import { drawnOutline } from "../../../render/outline";
import classes from "./Clashes.module.css";

interface Props {
  readonly record: AnnotationRecord;
  /** The other version, drawn faintly so that what moved is seen. */
  readonly other: AnnotationRecord | null;
  readonly frame: number;
  readonly color: string;
}

/** Where an object is on its frame, in a small picture that both versions fit into. */
export function ClashDrawing({ record, other, frame, color }: Props) {
  const [own, others] = [outlineAt(record, frame), outlineAt(other, frame)];
  const points = [own, others].flatMap((outline) => outline?.contours.flat() ?? []);
  if (points.length === 0) return null;
  const { left, top, right, bottom } = boxOf(points);
  const margin = Math.max(right - left, bottom - top, 1) * 0.08;
  const box = [left - margin, top - margin, right - left + 2 * margin, bottom - top + 2 * margin];
  return (
    <svg className={classes.drawing} viewBox={box.join(" ")} aria-hidden="true">
      {others && <Contours outline={others} className={classes.faint} />}
      {own && <Contours outline={own} className={classes.own} color={color} />}
    </svg>
  );
}

interface ContoursProps {
  readonly outline: Outline;
  readonly className: string | undefined;
  readonly color?: string;
}

function Contours({ outline, className, color }: ContoursProps) {
  const { kind, contours } = outline;
  const path = contours.map((points) => pathOf(points, kind)).join("");
  const fill = kind === "open" || kind === "dots" ? "none" : color;
  return <path d={path} className={className} stroke={color} fill={fill} data-kind={kind} />;
}

function pathOf(points: readonly number[], kind: Outline["kind"]): string {
  const corners: string[] = [];
  for (let index = 0; index + 1 < points.length; index += 2) {
    corners.push(`${points[index]} ${points[index + 1]}`);
  }
  // A line of no length with round ends is a dot.
  if (kind === "dots") return corners.map((corner) => `M${corner}h0`).join("");
  return `M${corners.join("L")}${kind === "open" ? "" : "Z"}`;
}

function outlineAt(record: AnnotationRecord | null, frame: number): Outline | null {
  const view = record && viewOnFrame(record, frame);
  return view && view.type !== "tag" ? drawnOutline(view) : null;
}
