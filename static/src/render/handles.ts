import type { FrameObject } from "../document/frame-object";
import type { Point } from "../geometry/point";
import { toPoints } from "../geometry/point";
import { HANDLES, handlePosition } from "../geometry/resize";
import type { View } from "../geometry/view";
import { toScreen } from "../geometry/view";
import { isPath, rotationGrip } from "../tools/grips";

const SVG = "http://www.w3.org/2000/svg";
/** Beyond this many, vertices are shown only once the zoom keeps them apart. */
const CROWDED = 400;

/** Handles of the object being edited, as SVG above the canvases. Input stays with the surface. */
export class Handles {
  readonly element = document.createElementNS(SVG, "svg");

  constructor() {
    this.element.setAttribute("class", "stage-layer stage-handles");
    this.element.setAttribute("width", "100%");
    this.element.setAttribute("height", "100%");
  }

  draw(object: FrameObject | null, view: View, activeVertex: number | null): void {
    if (!object) this.element.replaceChildren();
    else if (object.type === "rectangle") this.drawRectangle(object, view);
    else if (isPath(object.type)) this.drawPath(object, view, activeVertex);
    else this.element.replaceChildren();
  }

  private drawRectangle({ points, rotation }: FrameObject, view: View): void {
    const top = handlePosition(points, rotation, { horizontal: 0, vertical: -1 });
    const grip = toScreen(view, rotationGrip(points, rotation, view.scale));
    const squares = HANDLES.map((handle) =>
      square(toScreen(view, handlePosition(points, rotation, handle)), rotation),
    );
    this.element.replaceChildren(line(toScreen(view, top), grip), circle(grip, false), ...squares);
  }

  private drawPath({ points }: FrameObject, view: View, activeVertex: number | null): void {
    const vertices = toPoints(points);
    if (vertices.length > CROWDED && view.scale < 1) {
      this.element.replaceChildren();
      return;
    }
    this.element.replaceChildren(
      ...vertices.map((vertex, index) => circle(toScreen(view, vertex), index === activeVertex)),
    );
  }
}

function create(name: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

function square({ x, y }: Point, rotation: number): SVGElement {
  return create("rect", {
    class: "stage-handle",
    x: x - 4,
    y: y - 4,
    width: 8,
    height: 8,
    rx: 1.5,
    transform: `rotate(${rotation} ${x} ${y})`,
  });
}

function circle({ x, y }: Point, active: boolean): SVGElement {
  return create("circle", {
    class: active ? "stage-handle stage-handle-active" : "stage-handle",
    cx: x,
    cy: y,
    r: active ? 6 : 4.5,
  });
}

function line(from: Point, to: Point): SVGElement {
  return create("line", { class: "stage-arm", x1: from.x, y1: from.y, x2: to.x, y2: to.y });
}
