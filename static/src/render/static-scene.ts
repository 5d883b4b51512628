import type { RecordId } from "../document/records";
import type { View } from "../geometry/view";
import type { Context } from "./paint";
import { paintOutline } from "./paint";
import type { SceneItem, ScenePatch } from "./scene";

interface Placed {
  readonly item: SceneItem;
  readonly contours: readonly Float32Array[];
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface DrawOrder {
  /** The view in the frame of the layer, whose origin is the layer's own corner. */
  readonly view: View;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Device pixels per CSS pixel. */
  readonly ratio: number;
  /** 0 to 1. */
  readonly fill: number;
}

/** All objects of a frame, kept between draws so that only changes need to be sent. */
export class StaticScene {
  private readonly placed = new Map<RecordId, Placed>();
  private order: Placed[] | null = null;

  patch({ upserts, points, removed }: ScenePatch): void {
    this.order = null;
    for (const id of removed) this.placed.delete(id);
    for (const item of upserts) {
      this.placed.set(item.id, place(item, points));
    }
  }

  draw(context: Context, { view, width, height, ratio, fill }: DrawOrder): void {
    this.order ??= [...this.placed.values()].sort((a, b) => a.item.zOrder - b.item.zOrder);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.lineJoin = "round";
    for (const { item, contours, left, top, right, bottom } of this.order) {
      if (right * view.scale + view.x < -4 || left * view.scale + view.x > width + 4) continue;
      if (bottom * view.scale + view.y < -4 || top * view.scale + view.y > height + 4) continue;
      const style = {
        color: item.color,
        width: item.broad ? 2 : 1 / ratio,
        fill,
        dashed: item.dashed,
        dotRadius: 3,
      };
      paintOutline(context, { kind: item.kind, contours }, view, style);
    }
  }
}

function place(item: SceneItem, points: Float32Array): Placed {
  let end = item.start;
  const contours = item.counts.map((count) => {
    end += count;
    return points.subarray(end - count, end);
  });
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let index = item.start; index + 1 < end; index += 2) {
    const [x, y] = [points[index] as number, points[index + 1] as number];
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return { item, contours, left, top, right, bottom };
}
